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
import java.time.Clock;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** GC and STATUS: the whole node. */
final class Upkeep {
    private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);

    private final EniManager manager;
    private final AttachmentRecords networks;
    private final Clock clock;

    Upkeep(EniManager manager, AttachmentRecords networks, Clock clock) {
        this.manager = manager;
        this.networks = networks;
        this.clock = clock;
    }

    /**
     * The list speaks for one network: attachments of others, and what was never attached through CNI, are left to the
     * manager's own judgement, which is what naming them valid means.
     */
    CniAnswer gc(NetworkConfig config) {
        List<Attachment> valid = config.validAttachments()
                .orElseThrow(() -> new CniException(
                        CniCode.INVALID_CONFIG,
                        "network configuration: cni.dev/valid-attachments is missing",
                        "without it nobody can be told dead, and nothing was done"));
        Set<Attachment> named = Set.copyOf(valid);
        Set<Endpoint> alive = new HashSet<>();
        Set<Attachment> dead = new HashSet<>();
        // Taken before the assignments are read: what is added meanwhile is left alone.
        Instant asOf = clock.instant();
        for (Assignment assignment : manager.assignments()) {
            Attachment attachment = Attachment.of(assignment);
            boolean isOurs =
                    networks.network(attachment).filter(config.name()::equals).isPresent();
            if (!isOurs || named.contains(attachment)) {
                alive.add(assignment.endpoint());
            } else {
                dead.add(attachment);
            }
        }
        GcReport report = manager.gc(GcRequest.valid(alive).asOf(asOf));
        report.findings().forEach(finding -> LOG.info("GC of network {}: {}", config.name(), finding));
        forget(dead);
        List<GcReport.Finding> failed = report.findings().stream()
                .filter(finding -> finding.outcome() == GcReport.Outcome.FAILED)
                .toList();
        if (!failed.isEmpty()) {
            throw new CniException(
                    CniCode.TRY_AGAIN_LATER,
                    "GC of network " + config.name() + ": " + failed.size() + " of "
                            + report.findings().size() + " findings could not be mended",
                    failed.stream().map(GcReport.Finding::toString).collect(Collectors.joining("; ")));
        }
        return CniAnswer.nothing();
    }

    /** Only of those that are gone now: what is in quarantine still needs its record. */
    private void forget(Set<Attachment> dead) {
        Set<Attachment> left =
                manager.assignments().stream().map(Attachment::of).collect(Collectors.toSet());
        dead.stream().filter(attachment -> !left.contains(attachment)).forEach(networks::remove);
    }

    CniAnswer status() {
        Health health = manager.health();
        if (health.status() != Health.Status.UNAVAILABLE) {
            return CniAnswer.nothing();
        }
        List<String> cutOff = cutOff();
        String reasons = String.join("; ", health.reasons());
        if (cutOff.isEmpty()) {
            throw new CniException(CniCode.NOT_AVAILABLE, "no endpoint can be served now", reasons);
        }
        throw new CniException(
                CniCode.LIMITED_CONNECTIVITY,
                "no endpoint can be served now, and " + cutOff.size() + " may have lost their ENI",
                reasons + "; " + String.join("; ", cutOff));
    }

    /** Endpoints whose ENI the provider no longer calls in use. Unknown is not lost: a provider that fails says nothing. */
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
