import type { Endpoint } from '../model/endpoint.ts'
import { slot } from './slot.ts'

/** The ports that roles serve. Whoever collects them comes after all that serve: the firewall opens a port once it answers. */
export const endpoints = slot<Endpoint>('endpoints', { first: 'providers' })
