import { directory, file, type Resource, type RoleContext } from '#orchestrate'

/**
 * A daemon that crashes comes back by itself: opendkim, postfix, httpd and php-fpm have no `Restart=` on EL9, mariadb has
 * on-abort only, and for all of them systemd gives up after five starts in ten seconds. `always` is for a daemon whose unit
 * says so already. The resources are inputs of its service: a restart of it makes systemd read them.
 */
export function restarts(
  daemon: string,
  template: RoleContext<unknown>['template'],
  restart: 'on-failure' | 'always' = 'on-failure',
): readonly Resource[] {
  const folder = `/etc/systemd/system/${daemon}.service.d`
  const content = template('systemd/restart.conf.ejs', { restart })
  return [directory({ path: folder }), file({ path: `${folder}/restart.conf`, content })]
}
