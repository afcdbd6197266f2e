import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { OrchestrateError } from '../kernel/errors.ts'
import { sha256 } from '../kernel/secret.ts'
import { messageOf } from './system-error.ts'

/** Content that a resource names by source and SHA-256 (lower-case hex) instead of holding it. */
export interface BlobSource {
  readonly file?: string | undefined
  readonly url?: string | undefined
  readonly sha256: string
}

/** Settings of downloads; everything has a default. */
export interface BlobOptions {
  readonly fetch?: typeof fetch
  readonly signal?: AbortSignal | undefined
  readonly maxBytes?: number
}

const megabyte = 1024 * 1024

/** Where downloads are kept between runs. */
export function defaultBlobCache(env: Readonly<Record<string, string | undefined>> = process.env): string {
  const base = env['XDG_CACHE_HOME']
  return join(base?.startsWith('/') ? base : join(homedir(), '.cache'), 'orchestrate')
}

/** Reads local files and https downloads; a download is made once and cached under its checksum. */
export function blobs(
  cacheDir: string = defaultBlobCache(),
  options: BlobOptions = {},
): (source: BlobSource) => Promise<Uint8Array> {
  const underway = new Map<string, Promise<Uint8Array>>()
  return (source) => {
    if (source.file !== undefined) return local(source.file, source)
    // Several hosts may need the same download at the same time.
    const known = underway.get(source.sha256)
    if (known !== undefined) return known
    const made = downloaded(source, cacheDir, options).finally(() => underway.delete(source.sha256))
    underway.set(source.sha256, made)
    return made
  }
}

async function local(file: string, source: BlobSource): Promise<Uint8Array> {
  const bytes = await readFile(file).catch((error: unknown) => {
    throw failure(`cannot read ${file}: ${reason(error)}`, 'correct the path, or put the file there', error)
  })
  return verified(bytes, source, file)
}

async function downloaded(source: BlobSource, cacheDir: string, options: BlobOptions): Promise<Uint8Array> {
  const kept = join(cacheDir, source.sha256)
  const cached = await readFile(kept).catch(() => undefined)
  if (cached && sha256(cached) === source.sha256) return cached
  const bytes = verified(await download(source, options), source, source.url ?? 'nowhere')
  const candidate = `${kept}.${process.pid}`
  try {
    await mkdir(cacheDir, { recursive: true })
    await writeFile(candidate, bytes)
    await rename(candidate, kept)
  } catch {
    // A cache that cannot be written only means that the next run downloads again.
    await rm(candidate, { force: true }).catch(() => undefined)
  }
  return bytes
}

async function download(source: BlobSource, options: BlobOptions): Promise<Uint8Array> {
  const { url = '' } = source
  const { fetch: ask = fetch, signal, maxBytes = 200 * megabyte } = options
  if (!isHttps(url)) throw failure(`"${url}" is not an https address`, 'give a file or an https URL')
  try {
    const response = await ask(url, { redirect: 'follow', ...(signal ? { signal } : {}) })
    if (!isHttps(response.url || url))
      throw failure(`${url} leads to ${response.url}, which is not https`, 'give the address of an https server')
    if (!response.ok || !response.body)
      throw failure(
        `${url} answered ${response.status} ${response.statusText}`,
        'open the address in a browser and correct it',
      )
    return await collect(response.body, maxBytes, url)
  } catch (error) {
    if (OrchestrateError.is(error) || signal?.aborted) throw error
    throw failure(
      `cannot download ${url}: ${reason(error)}`,
      'check the network of this machine, or download the file yourself and give its path',
      error,
    )
  }
}

async function collect(body: ReadableStream<Uint8Array>, maxBytes: number, url: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.length
    if (size > maxBytes)
      throw failure(
        `${url} is larger than ${Math.floor(maxBytes / megabyte)} MB`,
        'download it yourself and give its path',
      )
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function verified(bytes: Uint8Array, { sha256: wanted }: BlobSource, name: string): Uint8Array {
  const found = sha256(bytes)
  if (found === wanted.toLowerCase()) return bytes
  throw failure(
    `${name} has SHA-256 ${found}, declared is ${wanted}`,
    'find out why it changed; if the new content is right, declare its checksum',
  )
}

function isHttps(url: string): boolean {
  return URL.canParse(url) && new URL(url).protocol === 'https:'
}

// fetch hides the reason (ENOTFOUND, certificate) in the cause of its own "fetch failed".
function reason(error: unknown): string {
  return messageOf(error instanceof Error && error.cause instanceof Error ? error.cause : error)
}

function failure(message: string, hint: string, cause?: unknown): OrchestrateError {
  return new OrchestrateError(message, { code: 'E_STEP', exit: 'failed', hint, cause })
}
