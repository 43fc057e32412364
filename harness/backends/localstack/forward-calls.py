"""Init hook of LocalStack's `start` stage: calls of some services are answered by another place.

LocalStack runs such a file inside its own process. COSMICAI_FORWARD is JSON: URL by service (`{"lambda": "http://..."}`).
Callers outside see it, and so do LocalStack's own services: Step Functions invokes the functions there.
Extension point: the gateway's chain of handlers (localstack.aws.handlers.serve_custom_service_request_handlers).
"""

import json
import os

from localstack.aws.handlers import serve_custom_service_request_handlers
from localstack.http.proxy import Proxy


def forwarding(urls):
    proxies = {service: Proxy(url) for service, url in urls.items()}

    def forward(chain, context, response):
        service = context.service.service_name if context.service else None
        proxy = proxies.get(service)
        if proxy is None:
            return
        response.update_from(proxy.forward(context.request))
        # LocalStack's own handling of responses would read the payload of Invoke, and leave nothing of it.
        chain.terminate()

    return forward


serve_custom_service_request_handlers.append(forwarding(json.loads(os.environ["COSMICAI_FORWARD"])))
