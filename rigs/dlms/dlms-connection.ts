import { messageOf } from '../../devices/domain/error-text.ts';
import { CodecError } from '../../devices/protocol/bytes/codec-error.ts';
import type { GetDataResult, SelectedAttribute } from '../../devices/protocol/dlms/apdu/types.ts';
import { DlmsClient } from '../../devices/protocol/dlms/client/client.ts';
import type { Answered, Exchange } from '../../devices/protocol/dlms/client/exchange.ts';
import type { ClientFinding } from '../../devices/protocol/dlms/client/finding.ts';
import type { DlmsClientOptions } from '../../devices/protocol/dlms/client/options.ts';
import { BenchError } from '../port/bench.ts';
import type { ApduTransport } from './apdu-transport.ts';

/** A meter restarts for seconds; what takes longer is no answer. */
const ANSWER_WITHIN_MS = 10_000;

/** A DLMS client on a way to a meter: one association, from its opening to its end. */
export class DlmsConnection {
  readonly #transport: ApduTransport;
  readonly #client: DlmsClient;

  private constructor(transport: ApduTransport, client: DlmsClient) {
    this.#transport = transport;
    this.#client = client;
  }

  /**
   * Opens an association. When it fails, the way is closed.
   * @throws BenchError 'rig' without an answer, 'dut' when the meter refuses or breaks the protocol
   */
  static async open(transport: ApduTransport, options: DlmsClientOptions): Promise<DlmsConnection> {
    const connection = new DlmsConnection(transport, new DlmsClient(options));
    try {
      const connected = await connection.#carry(connection.#client.connect());
      if (connected.outcome === 'associated') return connection;
      const { outcome, ...why } = connected;
      throw new BenchError(
        'dut',
        `${transport.name}: association ${outcome} ${JSON.stringify(why)}`,
      );
    } catch (error) {
      await transport.close();
      throw error;
    }
  }

  /** What was wrong with the meter and understood all the same. */
  get findings(): readonly ClientFinding[] {
    return this.#client.findings;
  }

  /** Reads attributes, in their order. @throws BenchError */
  get(attributes: readonly SelectedAttribute[]): Promise<Answered<GetDataResult>> {
    return this.#carry(this.#client.get(attributes));
  }

  /** Releases the association and closes the way. */
  async close(): Promise<void> {
    try {
      await this.#carry(this.#client.release());
    } finally {
      await this.#transport.close();
    }
  }

  async #carry<T>(exchange: Exchange<T>): Promise<T> {
    try {
      let step = exchange.next();
      while (step.done !== true) {
        const answer = await this.#transport.exchange(step.value, ANSWER_WITHIN_MS);
        step = exchange.next(answer);
      }
      return step.value;
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      const text = `${this.#transport.name}: ${messageOf(error)}`;
      throw new BenchError('dut', text, { cause: error });
    }
  }
}
