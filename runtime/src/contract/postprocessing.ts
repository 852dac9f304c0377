import { z } from 'zod';

export const postprocessingSchema = z
  .strictObject({
    activation: z
      .enum(['softmax', 'sigmoid'])
      .optional()
      .describe(
        'Turns the raw scores of a row (logits) into probabilities. @default the output holds probabilities',
      ),
    topK: z
      .number()
      .int()
      .positive()
      .optional()
      .describe('Multiclass: a prediction lists so many classes, best first, as `top`.'),
    costs: z
      .array(z.array(z.number()))
      .min(2)
      .optional()
      .describe(
        'Costs[i][j]: what it costs to answer class j when class i is true, in the order of `classes`. The label is the cheapest class; a binary model needs no threshold then.',
      ),
    abstain: z
      .strictObject({
        from: z.number(),
        to: z.number(),
        decision: z.string().trim().min(1).default('abstain'),
      })
      .optional()
      .describe('Scores from `from` up to, not including, `to` are decided as `decision`.'),
  })
  .describe(
    'What is done with the scores before they are answered as predictions; tensors stay as the graph gives them.',
  );

export type PostprocessingSpec = z.output<typeof postprocessingSchema>;
