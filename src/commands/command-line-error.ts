/** A bad command line, in go's own words: printed without the program's name before them, exit 2. */
import { TsgogetError } from '../errors.js';

export class CommandLineError extends TsgogetError {
  constructor(message: string, hint?: string) {
    super('usage', message, { hint });
  }
}
