/** Where a host keeps since when each selector signs: `SECONDS DOMAIN SELECTOR`, oldest first (role opendkim). */
export const signingLog = '/var/lib/orchestrate/dkim/signing'
