// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.cni;

import io.enim.ClosedException;
import io.enim.EniException;
import io.enim.EniManager;
import io.enim.HostLink;
import io.enim.PrintableText;
import io.enim.examples.agent.cni.spec.CniCommand;
import io.enim.examples.agent.cni.spec.CniErrorCode;
import io.enim.examples.agent.cni.spec.CniException;
import io.enim.examples.agent.cni.spec.CniJson;
import io.enim.examples.agent.cni.spec.CniRequest;
import io.enim.examples.agent.cni.spec.CniResponse;
import io.enim.examples.agent.cni.spec.CniVersion;
import io.enim.examples.agent.cni.spec.JsonFields;
import io.enim.examples.agent.cni.spec.NetworkConfig;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Answers CNI calls. Safe for concurrent use; a call blocks as long as the manager's does. Every call is answered, if
 * necessary with an error; no exception is thrown.
 */
public final class CniService {
    private static final Logger LOG = LoggerFactory.getLogger("io.enim.examples.agent.cni");

    private final AttachmentHandler attachmentHandler;
    private final NodeHandler nodeHandler;
    private final CniMetrics metrics;

    /** Without host links, but where a network configuration asks for one. */
    public CniService(EniManager manager, Duration addTimeout, CniMetrics metrics) {
        this(manager, addTimeout, Optional.empty(), metrics);
    }

    /**
     * A service over a manager, which is not closed here.
     *
     * @param addTimeout that of an ADD whose caller says none
     * @param hostLink the host link that a pod's first interface gets
     */
    public CniService(EniManager manager, Duration addTimeout, Optional<HostLink> hostLink, CniMetrics metrics) {
        this.attachmentHandler = new AttachmentHandler(manager, addTimeout, hostLink);
        this.metrics = metrics;
        this.nodeHandler = new NodeHandler(manager);
    }

    public CniResponse answer(CniRequest request) {
        long began = System.nanoTime();
        CniResponse answer = answerOrError(request, began);
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        metrics.callAnswered(CniCommand.metricName(request.command()), answer.code(), took);
        if (answer.isSuccess()) {
            LOG.debug("{} ok in {} ms", describe(request), took.toMillis());
        }
        return answer;
    }

    private CniResponse answerOrError(CniRequest request, long began) {
        CniVersion version = CniVersion.LATEST;
        try {
            if (request.command().equals("VERSION")) {
                return version(request);
            }
            CniCommand command = CniCommand.parse(request.command());
            if (command == CniCommand.DEL) {
                version = versionOf(request);
                return attachmentHandler.del(request);
            }
            JsonFields fields = CniJson.read(request.config());
            version = NetworkConfig.version(fields);
            command.requireKnownTo(version);
            NetworkConfig config = NetworkConfig.read(version, fields);
            return switch (command) {
                case ADD -> attachmentHandler.add(request, config);
                case DEL -> throw new IllegalStateException("answered above");
                case CHECK -> attachmentHandler.check(request, config);
                case GC -> nodeHandler.gc(config);
                case STATUS -> nodeHandler.status();
            };
        } catch (CniException e) {
            return refuse(request, version, e, began);
        } catch (ClosedException e) {
            LOG.info("{} is left to the next agent: {}", describe(request), e.getMessage());
            return CniResponse.forNextAgent(String.valueOf(e.getMessage()));
        } catch (EniException e) {
            return refuse(request, version, CniException.of(e), began);
        } catch (RuntimeException e) {
            LOG.error("{} failed in {} ms", describe(request), millisSince(began), e);
            return CniResponse.error(
                    version, CniErrorCode.INTERNAL, "internal error: " + e, "see the agent's log for the stack trace");
        }
    }

    /**
     * That of an error. A DEL needs the container's id and the interface's name alone: whatever became of the configuration since
     * the ADD, its pod ends (P3).
     */
    private static CniVersion versionOf(CniRequest del) {
        try {
            return NetworkConfig.version(CniJson.read(del.config()));
        } catch (CniException e) {
            LOG.info("{} goes on without its configuration: {}; {}", describe(del), e.getMessage(), e.details());
            return CniVersion.LATEST;
        }
    }

    private static CniResponse refuse(CniRequest request, CniVersion version, CniException error, long began) {
        String message = withoutContainer(String.valueOf(error.getMessage()), request);
        LOG.atLevel(error.isLogged() ? Level.DEBUG : Level.INFO)
                .log(
                        "{} failed in {} ms with code {}: {}",
                        describe(request),
                        millisSince(began),
                        error.code().number(),
                        PrintableText.message(message));
        return CniResponse.error(version, error.code(), message, error.details());
    }

    /** The log line and the runtime's own error name the container already, by 64 characters mostly. */
    private static String withoutContainer(String message, CniRequest request) {
        return request.containerId().isEmpty()
                ? message
                : message.replace("/" + request.containerId() + "/" + request.ifname(), "/" + request.ifname());
    }

    /** The requested version is repeated, whatever it is; the answer lists the supported ones. */
    private static CniResponse version(CniRequest request) {
        Map<String, Object> result = new LinkedHashMap<>();
        String asked = request.config().length == 0
                ? CniVersion.LATEST.text()
                : CniJson.read(request.config()).text("cniVersion").orElse(CniVersion.LATEST.text());
        result.put("cniVersion", asked);
        result.put("supportedVersions", CniVersion.supported());
        return CniResponse.of(result);
    }

    private static String describe(CniRequest request) {
        String attachment = request.containerId().isEmpty()
                ? ""
                : " " + PrintableText.brief(request.containerId()) + "/" + PrintableText.brief(request.ifname());
        return "CNI " + PrintableText.brief(request.command()) + attachment;
    }

    private static long millisSince(long began) {
        return Duration.ofNanos(System.nanoTime() - began).toMillis();
    }
}
