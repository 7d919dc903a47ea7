/**
 * .netrc: logins by machine. Only `machine`, `login` and `password` count; `default` entries and macros are skipped
 * (GNU inetutils, "The .netrc file"; cmd/go/internal/auth).
 */

export interface Login {
  readonly login: string;
  readonly password: string;
}

/** The logins by machine (a host, `host:port`, or a host and path). The first complete entry of a machine wins. */
export function parseNetrc(text: string): Map<string, Login> {
  const logins = new Map<string, Login>();
  let entry: { machine?: string | undefined; login?: string; password?: string } = {};
  let inMacro = false;
  for (const line of text.split('\n')) {
    if (inMacro) {
      inMacro = line.trim() !== '';
      continue;
    }
    const words = line.split(/\s+/).filter((word) => word !== '');
    for (let i = 0; i < words.length; ) {
      const [word, value] = [words[i]!, words[i + 1]];
      if (word === 'default') {
        entry = {}; // belongs to no machine, and so do the words that follow
        i++;
        continue;
      }
      if (value === undefined) break;
      i += 2;
      if (word === 'machine') entry = { machine: value };
      else if (word === 'login' || word === 'password') entry[word] = value;
      else if (word === 'macdef') inMacro = true;
      const { machine, login, password } = entry;
      if (machine === undefined || login === undefined || password === undefined) continue;
      if (!logins.has(machine)) logins.set(machine, { login, password });
      entry = {};
    }
  }
  return logins;
}
