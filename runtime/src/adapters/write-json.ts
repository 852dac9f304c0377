import { type BodyWriter, failed, type WrittenBody } from './written-body';

/** Whatever the mapping gives, as JSON. */
export class JsonWriter implements BodyWriter {
  write(value: unknown): WrittenBody {
    const text = this.text(value);
    if (text === undefined) throw failed('the mapping gives nothing.');
    return { bytes: Buffer.from(text), contentType: 'application/json' };
  }

  private text(value: unknown): string | undefined {
    try {
      return JSON.stringify(value);
    } catch (error) {
      throw failed('the mapping gives what JSON cannot hold.', error);
    }
  }
}
