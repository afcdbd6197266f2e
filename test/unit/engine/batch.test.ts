import { expect, test } from 'vitest'
import { applyScript } from '../../../src/engine/apply-script.ts'
import { sh } from '../../../src/kernel/sh.ts'
import type { Step } from '../../../src/model/plan.ts'
import type { Enactment } from '../../../src/model/resource.ts'
import { creation, made } from './sample.ts'

const install = (word: string): Enactment => ({
  sort: 'batch',
  command: sh`dnf install`,
  words: [word],
  unless: sh`rpm -q`,
})
const step = (role: string, name: string, enact: Enactment): Step => ({
  ...creation(made(`thing:${name}`, 'there', { enact })),
  role,
})
const pack = (role: string, name: string) => step(role, name, install(name))
const other = (role: string, name: string) => step(role, name, { sort: 'step', script: sh`make ${name}` })
const offer = (role: string, name: string): Step => {
  const enable = step(role, name, { sort: 'step', script: sh`enable ${name}` })
  return { ...enable, resource: { ...enable.resource, changesOffer: true } }
}

function installs(steps: readonly Step[], next: readonly Step[]): string[] {
  const text = String(applyScript({ run: 'r', role: 'base', token: 't', steps, next }).script)
  return text.split('\n').filter((line) => line.includes('dnf install'))
}

test('installs along what later roles install before anything else, each role’s failure left to itself', () => {
  const next = [
    pack('db', 'mariadb'),
    pack('db', 'client'),
    other('db', 'start'),
    pack('db', 'late'),
    pack('web', 'httpd'),
  ]
  expect(installs([pack('base', 'tar')], next)).toEqual([
    'rpm -q tar >/dev/null 2>&1 || { dnf install tar mariadb client httpd >/dev/null 2>&1 || dnf install tar; }',
  ])
})

test('takes nothing along from behind a change of what is on offer', () => {
  const next = [pack('db', 'mariadb'), offer('php', 'php:8.2'), pack('php', 'php-cli'), pack('web', 'httpd')]
  expect(installs([pack('base', 'tar')], next)).toEqual([
    'rpm -q tar >/dev/null 2>&1 || { dnf install tar mariadb >/dev/null 2>&1 || dnf install tar; }',
  ])
})

test('takes words along only once the role itself has changed what is on offer', () => {
  const steps = [
    pack('base', 'tar'),
    offer('base', 'epel'),
    pack('base', 'wget'),
    other('base', 'x'),
    pack('base', 'zip'),
  ]
  expect(installs(steps, [pack('db', 'mariadb')])).toEqual([
    'rpm -q tar >/dev/null 2>&1 || { dnf install tar; }',
    'rpm -q wget >/dev/null 2>&1 || { dnf install wget mariadb >/dev/null 2>&1 || dnf install wget; }',
    'rpm -q zip >/dev/null 2>&1 || { dnf install zip; }',
  ])
})

test('takes along only what the same command does', () => {
  const removal = step('db', 'old', { sort: 'batch', command: sh`dnf remove`, words: ['old'] })
  expect(installs([pack('base', 'tar')], [removal, pack('db', 'mariadb'), pack('web', 'httpd')])).toEqual([
    'rpm -q tar >/dev/null 2>&1 || { dnf install tar httpd >/dev/null 2>&1 || dnf install tar; }',
  ])
})
