// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.cni;

import io.enim.Assignment;
import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniException;
import io.enim.EniManager;
import io.enim.EniState;
import io.enim.GcReport;
import io.enim.GcRequest;
import io.enim.Health;
import io.enim.examples.agent.cni.spec.AttachmentId;
import io.enim.examples.agent.cni.spec.CniErrorCode;
import io.enim.examples.agent.cni.spec.CniException;
import io.enim.examples.agent.cni.spec.CniResponse;
import io.enim.examples.agent.cni.spec.NetworkConfig;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** GC and STATUS of the node. */
final class NodeHandler {
    private static final Logger LOG = LoggerFactory.getLogger(NodeHandler.class);

    private final EniManager manager;

    NodeHandler(EniManager manager) {
        this.manager = manager;
    }

    /**
     * The list covers one network only. Attachments of other networks, and endpoints that were not attached through CNI,
     * are passed as valid, which leaves them to the manager's own garbage collection.
     */
    CniResponse gc(NetworkConfig config) {
        Set<AttachmentId> named = Set.copyOf(config.validAttachments()
                .orElseThrow(() -> CniException.configuration(
                        "cni.dev/valid-attachments is missing",
                        "required to decide which attachments are stale; nothing was changed")));
        Set<Endpoint> alive = new HashSet<>();
        List<Assignment> assignments = manager.assignments();
        for (Assignment assignment : assignments) {
            boolean isOurs = config.name().equals(assignment.labels().get(AttachmentHandler.NETWORK_LABEL));
            if (!isOurs || named.contains(AttachmentId.of(assignment))) {
                alive.add(assignment.endpoint());
            }
        }
        GcReport report = manager.gc(GcRequest.valid(alive).among(assignments));
        List<GcReport.Finding> failed = report.findings().stream()
                .filter(finding -> finding.outcome() == GcReport.Outcome.FAILED)
                .toList();
        if (!failed.isEmpty()) {
            throw new CniException(
                    CniErrorCode.TRY_AGAIN_LATER,
                    "GC of network " + config.name() + ": " + failed.size() + " of "
                            + report.findings().size() + " findings could not be repaired",
                    failed.stream().map(GcReport.Finding::toString).collect(Collectors.joining("; ")));
        }
        return CniResponse.nothing();
    }

    CniResponse status() {
        Health health = manager.health();
        if (health.status() != Health.Status.UNAVAILABLE) {
            return CniResponse.nothing();
        }
        List<String> cutOff = cutOff();
        String reasons = String.join("; ", health.reasons());
        if (cutOff.isEmpty()) {
            throw new CniException(CniErrorCode.NOT_AVAILABLE, "no endpoint can be served now", reasons);
        }
        throw new CniException(
                CniErrorCode.LIMITED_CONNECTIVITY,
                "no endpoint can be served now, and " + cutOff.size() + " endpoints may have lost their ENI",
                reasons + "; " + String.join("; ", cutOff));
    }

    /** Endpoints whose ENI the provider no longer reports in use. Empty if the provider fails: unknown is not lost. */
    private List<String> cutOff() {
        Map<String, Eni> enis;
        try {
            enis = manager.enis().stream().collect(Collectors.toMap(Eni::id, Function.identity(), (a, b) -> a));
        } catch (EniException e) {
            LOG.debug("the provider cannot list its ENIs", e);
            return List.of();
        }
        return manager.assignments().stream()
                .filter(assignment -> assignment.phase() == Assignment.Phase.ADDED)
                .filter(assignment -> {
                    Eni eni = enis.get(assignment.eni().id());
                    return eni == null || eni.state() != EniState.IN_USE;
                })
                .map(assignment ->
                        assignment.endpoint() + " holds " + assignment.eni().id())
                .toList();
    }
}
