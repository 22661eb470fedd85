/** Chromium, with the console open in it as one of the fleet's people. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import axe from 'axe-core';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { expect } from 'vitest';
import { resolveChromium } from '../../scripts/lib/chromium.mjs';
import { Progress } from '../../scripts/lib/progress.mjs';

/** Pictures of what was tested; not part of the repository. */
const ARTEFACTS = fileURLToPath(new URL('../.artefacts/console/', import.meta.url));

/** Debian's Chromium in a container, without anything that talks to others. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** How long something may take to appear, in milliseconds, on a busy machine. */
export const PATIENCE_MS = 30_000;

export type Scheme = 'light' | 'dark';

/** Starts it. */
export async function startBrowser(): Promise<Browser> {
  const executablePath = await new Progress(process.stderr).step('Chromium', resolveChromium);
  return chromium.launch({ executablePath, args: FLAGS });
}

/** A person at a browser of their own. Whatever the page complains of fails the test that asks {@link complaints}. */
export class Person {
  private constructor(
    readonly page: Page,
    readonly context: BrowserContext,
    readonly complaints: readonly string[],
  ) {}

  /** A browser with an empty page. @param address of the gateway */
  static async open(browser: Browser, address: string): Promise<Person> {
    const context = await browser.newContext({
      baseURL: address,
      viewport: { width: 1360, height: 900 },
      locale: 'en-US',
      timezoneId: 'UTC',
      reducedMotion: 'reduce',
    });
    context.setDefaultTimeout(PATIENCE_MS);
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('console', (message) => {
      // A refusal by the gateway is told on the page; the browser names it as well.
      if (message.type() === 'error' && !message.text().includes('Failed to load resource'))
        complaints.push(message.text());
    });
    return new Person(page, context, complaints);
  }

  /** Opens the console and signs in. @param persona the name on the button */
  static async signIn(browser: Browser, address: string, persona: string): Promise<Person> {
    const person = await Person.open(browser, address);
    await person.page.goto('/');
    await person.page.getByRole('button', { name: new RegExp(`^${persona}`) }).click();
    await person.page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
    return person;
  }

  /** The token that the page has now. */
  token(): Promise<string> {
    return this.page.evaluate<string>("JSON.parse(sessionStorage.getItem('throughline-session')).token");
  }

  /** Another tab of the same person. */
  async anotherTab(address: string): Promise<Page> {
    const stored = await this.page.evaluate<string>('JSON.stringify(sessionStorage)');
    const tab = await this.context.newPage();
    await tab.addInitScript({ content: `Object.assign(sessionStorage, ${stored})` });
    await tab.goto(address);
    return tab;
  }

  /** Goes to an address of the console as a link would: the page stays, and shows something else. */
  async goTo(address: string, heading: string | RegExp): Promise<void> {
    await this.page.evaluate(`history.pushState(null, '', ${JSON.stringify(address)})`);
    await this.page.getByRole('heading', { level: 1, name: heading }).waitFor();
    await this.settled();
  }

  /** Nothing is on its way any more. */
  async settled(): Promise<void> {
    await expect.poll(() => this.page.getByText(/ …$/).count(), { timeout: PATIENCE_MS }).toBe(0);
  }

  /** Has the system say light or dark, which the page follows at once. */
  async wear(scheme: Scheme): Promise<void> {
    await this.page.emulateMedia({ colorScheme: scheme });
    await this.page.locator(`html[data-mantine-color-scheme=${scheme}]`).waitFor({ state: 'attached' });
    // Colours on their way from one scheme to the other are of neither.
    await this.page.evaluate(
      'document.getAnimations().filter((one) => one instanceof CSSTransition).forEach((one) => one.finish())',
    );
  }

  /** A picture of the page as it is. */
  async picture(name: string): Promise<void> {
    mkdirSync(ARTEFACTS, { recursive: true });
    await this.page.screenshot({ path: path.join(ARTEFACTS, `${name}.png`) });
  }

  /** What axe finds wrong with the page as it is: rule, and where. */
  async violations(): Promise<string[]> {
    // Through the debugger: the page's own policy allows no script that is not one of its files.
    if (!(await this.page.evaluate<boolean>("'axe' in window"))) await this.page.evaluate(axe.source);
    const { violations } = await this.page.evaluate<axe.AxeResults>("axe.run({ resultTypes: ['violations'] })");
    return violations.flatMap(({ id, help, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${help}\n  ${html}\n  ${failureSummary ?? ''}`),
    );
  }
}
