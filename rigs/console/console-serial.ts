import { z } from 'zod';
import { defineDriver } from '../driver/driver.ts';
import { ConsoleTwin } from './console-twin.ts';
import { LineConsole } from './line-console.ts';

const BAUD_RATE = 115_200;
const NEWLINES = { lf: '\n', cr: '\r', crlf: '\r\n' } as const;

const pattern = z
  .string()
  .min(1)
  .refine((text) => patternAtEnd(text) !== null, {
    error: ({ input }) => `"${String(input)}" is no regular expression`,
  });

const step = z
  .strictObject({
    awaits: pattern.describe('What the device writes then, as a regular expression.'),
    send: z.string().optional().describe('What it is sent; no password stands in a file.'),
    'send-from': z
      .string()
      .regex(/^[A-Za-z_]\w*$/, { error: () => 'the name of an environment variable' })
      .optional()
      .describe('Name of the environment variable that holds what it is sent.'),
  })
  .refine((one) => (one.send === undefined) !== (one['send-from'] === undefined), {
    error: () => 'either send or send-from',
  });

export const consoleSerial = defineDriver({
  role: 'console',
  name: 'console-serial',
  summary: 'A prompt on a serial port, with a login where it has one.',
  reach: 'line',
  options: {
    prompt: pattern.describe('How its prompt ends, as a regular expression: "[#$]".'),
    newline: z
      .enum(['lf', 'cr', 'crlf'])
      .default('cr')
      .describe('What ends a command; cr usually.'),
    baud: z.int().positive().default(BAUD_RATE).describe(`${BAUD_RATE} usually.`),
    login: z.array(step).min(1).optional().describe('Steps from its login to the prompt.'),
  },
  async open({ prompt, newline, baud, login = [] }, context) {
    const secrets: string[] = [];
    const steps = login.map(({ awaits, send = '', 'send-from': variable }) => {
      if (variable === undefined) return { awaits: atEnd(awaits), send };
      const secret = Buffer.from(context.secret({ variable })).toString('utf8');
      secrets.push(secret);
      return { awaits: atEnd(awaits), send: secret };
    });
    return new LineConsole({
      channel: await context.openLine({ baudRate: baud }),
      clock: context.clock,
      prompt: atEnd(prompt),
      newline: NEWLINES[newline],
      login: steps,
      secrets,
    });
  },
  twin: ({ login }, { physics, meter }) =>
    new ConsoleTwin({ physics, serial: meter.serial, hasLogin: login !== undefined }),
});

function atEnd(text: string): RegExp {
  return patternAtEnd(text) ?? /$^/;
}

/** A pattern that matches at the end of what came; null when it is no regular expression. */
function patternAtEnd(text: string): RegExp | null {
  try {
    return new RegExp(`(?:${text})\\s*$`);
  } catch {
    return null;
  }
}
