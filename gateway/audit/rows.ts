/** Counts what a list gives, for the audit log. */
import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { tap, type Observable } from 'rxjs';
import type { AskedRequest } from '../asker.js';
import { noteRows } from './audit.js';

@Injectable()
export class CountRows implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<AskedRequest>();
    return next.handle().pipe(
      tap((body: unknown) => {
        const { items } = (body ?? {}) as { readonly items?: unknown };
        if (Array.isArray(items)) noteRows(request, items.length);
      }),
    );
  }
}
