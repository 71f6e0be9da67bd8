"""All of a Cinder in one process: its API, scheduler and volume service, with no broker between them.

usage: cinder_all.py --config-file FILE
"""
from cinder.cmd import volume  # first, as it replaces what eventlet has to replace
from cinder import coordination, objects, rpc, service, utils, version
from cinder.common import config
from oslo_log import log as logging
from oslo_service import service as launching


def main():
    conf = volume.CONF
    objects.register_all()
    conf(project="cinder", version=version.version_string())
    config.set_middleware_defaults()
    logging.setup(conf, "cinder")
    utils.monkey_patch()
    coordination.COORDINATOR.start()
    rpc.init(conf)
    launcher = launching.ServiceLauncher(conf, restart_method="mutate")
    launcher.launch_service(service.Service.create(binary="cinder-scheduler"))
    for backend in conf.enabled_backends:
        conf.register_opt(volume.host_opt, group=backend)
        launcher.launch_service(service.Service.create(
            host=f"{conf.host}@{backend}", service_name=backend, binary="cinder-volume"))
    launcher.launch_service(service.WSGIService("osapi_volume"))
    launcher.wait()


if __name__ == "__main__":
    main()
