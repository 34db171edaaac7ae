// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.cni;

import io.enim.Endpoint;
import io.enim.InterfaceName;
import io.enim.InvalidRequestException;
import io.enim.PrintableText;
import io.enim.examples.agent.cni.spec.AttachmentId;
import io.enim.examples.agent.cni.spec.CniArgs;
import io.enim.examples.agent.cni.spec.CniException;
import io.enim.examples.agent.cni.spec.CniRequest;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** Validates the environment of a call. Every error has code 4 and names the variable. */
final class RequestValidator {
    private static final Pattern CONTAINER_ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.\\-]*");
    private static final int CONTAINER_ID_LENGTH = 253;

    private RequestValidator() {}

    static AttachmentId attachment(CniRequest request) {
        String id = request.containerId();
        if (!CONTAINER_ID.matcher(id).matches() || id.length() > CONTAINER_ID_LENGTH) {
            throw bad(
                    "CNI_CONTAINERID",
                    id,
                    "must begin with a letter or digit and contain only letters, digits, - _ . ; at most "
                            + CONTAINER_ID_LENGTH + " characters");
        }
        return new AttachmentId(id, ifname(request).value());
    }

    private static InterfaceName ifname(CniRequest request) {
        try {
            return new InterfaceName(request.ifname());
        } catch (InvalidRequestException e) {
            throw bad("CNI_IFNAME", request.ifname(), String.valueOf(e.getMessage()));
        }
    }

    static Path netns(CniRequest request) {
        String netns = request.netns();
        if (netns.isEmpty()) {
            throw bad("CNI_NETNS", netns, request.command() + " needs the path of the container's network namespace");
        }
        try {
            Path path = Path.of(netns);
            if (path.isAbsolute()) {
                return path;
            }
            throw bad("CNI_NETNS", netns, "the path must be absolute");
        } catch (InvalidPathException e) {
            throw bad("CNI_NETNS", netns, "invalid path: " + e.getReason());
        }
    }

    /** The endpoint of a new attachment: the pod that CNI_ARGS names, or else the container's id. */
    static Endpoint endpoint(CniRequest request, AttachmentId attachmentId) {
        CniArgs args = CniArgs.parse(request.args());
        String pod = args.podName().orElse(attachmentId.containerId());
        String namespace = args.podNamespace().orElse("default");
        args.podContainer().filter(id -> !id.equals(attachmentId.containerId())).ifPresent(id -> {
            throw CniException.environment(
                    "CNI_ARGS names the container '" + PrintableText.brief(id) + "' and CNI_CONTAINERID '"
                            + attachmentId.containerId() + "'",
                    "K8S_POD_INFRA_CONTAINER_ID must equal CNI_CONTAINERID");
        });
        try {
            return new Endpoint(namespace, pod, attachmentId.containerId(), new InterfaceName(attachmentId.ifname()));
        } catch (InvalidRequestException e) {
            throw CniException.environment(
                    "CNI_ARGS: " + e.getMessage(), "K8S_POD_NAMESPACE and K8S_POD_NAME must be valid names");
        }
    }

    private static CniException bad(String variable, String value, String rule) {
        return CniException.environment(
                variable + " is " + (value.isEmpty() ? "missing" : "invalid: '" + PrintableText.brief(value) + "'"),
                rule);
    }
}
