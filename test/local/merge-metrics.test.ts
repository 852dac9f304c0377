import { mergeMetrics } from '../../lib/local/merge-metrics';

const page = (count: number) => `# HELP requests_total Requests.
# TYPE requests_total counter
requests_total{code="200",} ${count}
requests_total ${count} 1700000000000
# HELP seconds Time, with "quotes".
# TYPE seconds histogram
seconds_bucket{le="+Inf"} ${count}
seconds_sum ${count}
seconds_count ${count}
# a remark
odd{label="a } b"} NaN
`;

test('one header per family, its samples together, each with its replica', () => {
  const merged = mergeMetrics([
    { replica: '0', text: page(1) },
    { replica: '1', text: page(2) },
  ]);
  expect(merged).toBe(`# HELP requests_total Requests.
# TYPE requests_total counter
requests_total{code="200",replica="0"} 1
requests_total{replica="0"} 1 1700000000000
requests_total{code="200",replica="1"} 2
requests_total{replica="1"} 2 1700000000000
# HELP seconds Time, with "quotes".
# TYPE seconds histogram
seconds_bucket{le="+Inf",replica="0"} 1
seconds_sum{replica="0"} 1
seconds_count{replica="0"} 1
seconds_bucket{le="+Inf",replica="1"} 2
seconds_sum{replica="1"} 2
seconds_count{replica="1"} 2
odd{label="a } b",replica="0"} NaN
odd{label="a } b",replica="1"} NaN
`);
});

test('no replica, no text', () => {
  expect(mergeMetrics([])).toBe('');
});
