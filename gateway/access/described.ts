/** All routes of a gateway with what they say of themselves. */
import { Injectable, RequestMethod, type OnModuleInit } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { OPERATION, type OperationSpec } from '../operation.js';

/** A route. */
export interface Route {
  /** `GET`, `POST`, … */
  readonly method: string;
  /** As declared, with its parameters: `/api/entities/:lifecycle`. */
  readonly path: string;
  readonly spec: OperationSpec;
  readonly controller: new (...args: never[]) => unknown;
  /** Name of the method that handles it. */
  readonly handler: string;
}

/** Finds them among the controllers. */
@Injectable()
export class Routes implements OnModuleInit {
  constructor(private readonly discovery: DiscoveryService) {}

  /** @throws Error that names the route without a description: it would be open to nobody, or to everybody */
  onModuleInit(): void {
    this.all();
  }

  /** By path, then by method. */
  all(): readonly Route[] {
    return routesOf(
      this.discovery.getControllers().flatMap(({ metatype }) => (isController(metatype) ? [metatype] : [])),
    );
  }
}

const isController = (type: unknown): type is Route['controller'] => typeof type === 'function';

/** The routes of controllers, by path, then by method. @throws Error that names the one that is not described */
export function routesOf(controllers: readonly Route['controller'][]): readonly Route[] {
  return controllers.flatMap(of).sort((a, b) => (`${a.path} ${a.method}` < `${b.path} ${b.method}` ? -1 : 1));
}

function of(controller: Route['controller']): Route[] {
  const prototype = controller.prototype as Record<string, unknown>;
  return new MetadataScanner().getAllMethodNames(prototype).flatMap((handler) => {
    const method = prototype[handler] as object;
    const verb = Reflect.getMetadata(METHOD_METADATA, method) as RequestMethod | undefined;
    if (verb === undefined) return [];
    const spec = Reflect.getMetadata(OPERATION, method) as OperationSpec | undefined;
    if (!spec) throw new Error(`${controller.name}.${handler} is a route without @Operation: say who may use it`);
    return pathsOf(controller, method).map((path) => ({
      method: RequestMethod[verb],
      path,
      spec,
      controller,
      handler,
    }));
  });
}

function pathsOf(controller: object, method: object): string[] {
  const of = (target: object) => [Reflect.getMetadata(PATH_METADATA, target) as string | string[]].flat();
  return of(controller).flatMap((base) =>
    of(method).map((path) => `/${base}/${path}`.replace(/\/+/g, '/').replace(/(?<=.)\/$/, '')),
  );
}
