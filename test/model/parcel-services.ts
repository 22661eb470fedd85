/** The parcel's services, as its script has them. */
import { Context } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { message } from '../lifecycles/support/messages.js';
import type { Call } from '../lifecycles/support/services.js';
import type { ParcelScript } from './parcel-plan.js';
import type { CourierActivities, DepotActivities, ParcelCall } from './parcel/messages.js';

export class ParcelServices {
  private readonly scripts = new Map<string, ParcelScript>();
  private readonly made: (Pick<Call, 'activity'> & { readonly input: ParcelCall })[] = [];

  constructor(private readonly client: () => Client) {}

  expect(parcelId: string, script: ParcelScript): void {
    this.scripts.set(parcelId, script);
  }

  /** The calls about a parcel that reached a service, failed attempts included. */
  calls(parcelId: string): readonly (Pick<Call, 'activity'> & { readonly input: ParcelCall })[] {
    return this.made.filter(({ input }) => input.parcelId === parcelId);
  }

  readonly activities: DepotActivities & CourierActivities = {
    registerParcel: async (input) => {
      this.enter(input);
      return { shelf: 'A-1' };
    },
    nudge: async (input) => {
      this.enter(input);
    },
    bookDelivery: async (input) => {
      const script = this.enter(input);
      if (script?.prompt) {
        const workflowId = `parcel/${input.parcelId}`;
        const delivered = message(workflowId, { to: 'door' }, { messageId: input.key });
        await this.client().workflow.getHandle(workflowId).signal('delivered', delivered);
      }
      this.lose(script);
      return { tour: 'T-1' };
    },
  };

  private enter(input: ParcelCall): ParcelScript | undefined {
    const { activityType: activity, attempt } = Context.current().info;
    this.made.push({ activity, input });
    const script = this.scripts.get(input.parcelId);
    if (script?.trouble === 'refused' && activity === 'bookDelivery') {
      throw ApplicationFailure.nonRetryable('no such street', 'NoSuchStreet');
    }
    if (script?.trouble === 'slow' && attempt <= 2) throw new Error('the service is busy');
    return script;
  }

  private lose(script: ParcelScript | undefined): void {
    if (script?.trouble === 'lost' && Context.current().info.attempt === 1) throw new Error('the answer was lost');
  }
}
