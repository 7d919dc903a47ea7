/** Every attack of the list has its file, and every advisory a test that bears its name. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const folder = fileURLToPath(new URL('.', import.meta.url));
const texts = new Map(
  readdirSync(folder)
    .filter((name) => /^a\d\d-[a-z-]+\.test\.ts$/.test(name))
    .map((name) => [name, readFileSync(`${folder}${name}`, 'utf8')]),
);

const advisories: Record<number, string[]> = {
  1: ['CVE-2026-42501', 'GO-2026-4984', 'golang/go#79070'],
  2: ['CVE-2026-56865', 'GO-2026-6179', 'golang/go#80744'],
  3: ['CVE-2026-56864', 'GO-2026-6180', 'golang/go#80745'],
  10: ['CVE-2026-39246'],
  12: ['CVE-2025-68119', 'CVE-2018-16874', 'CVE-2018-7187'],
  13: ['CVE-2024-45340'],
  14: ['CVE-2023-45285'],
  15: ['CVE-2023-39320', 'CVE-2025-4674', 'CVE-2018-16873', 'CVE-2017-15041', 'CVE-2021-3115', 'CVE-2026-27140'],
  16: ['CVE-2022-23773'],
  18: ['GO-2025-3451', 'golang/go#72116', 'GO-2024-3012'],
  19: ['GO-2026-4919'],
  20: ['deputy#111', 'pmg#358'],
  25: ['CVE-2026-39819'],
};

const fileOf = (attack: number) =>
  [...texts].find(([name]) => name.startsWith(`a${String(attack).padStart(2, '0')}-`)) ?? ['', ''];

test.each(Array.from({ length: 26 }, (_, i) => i + 1))('A%d has its file', (attack) => {
  const [, text] = fileOf(attack);
  expect(text.startsWith(`/**\n * A${attack}: `)).toBe(true);
  const code = text.slice(text.indexOf('*/'));
  for (const id of advisories[attack] ?? []) expect(code).toContain(id);
});

test('no attack has two files', () => {
  expect(new Set([...texts.keys()].map((name) => name.slice(0, 3))).size).toBe(texts.size);
});
