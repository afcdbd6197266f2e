import { onHost, until } from './hosts.ts'

/** Holds the next apply on a host between the file and the service that reads it. */
export const shut = (host: string) => onHost(host, 'rm -f /run/sample-waiting; : >/run/sample-gate')

/** Waits until an apply stands at the gate. */
export const reached = (host: string) => until(host, '[ -e /run/sample-waiting ]')

/** Lets it go on. */
export const open = (host: string) => onHost(host, 'rm -f /run/sample-gate')

/** Whether the running service has loaded the configuration that lies there. */
export async function loaded(host: string): Promise<boolean> {
  const newer = await onHost(
    host,
    'start=$(date -d "$(systemctl show --timestamp=us+utc -p ActiveEnterTimestamp --value lab-probe.service)" +%s.%N); file=$(stat -c %.9Z /etc/lab-probe.conf); echo "$start $file" | awk \'{ print ($1 > $2) ? "yes" : "no" }\'',
  )
  return newer === 'yes'
}
