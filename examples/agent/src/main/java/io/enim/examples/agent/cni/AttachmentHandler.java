package io.enim.examples.agent.cni;

import io.enim.AddRequest;
import io.enim.Assignment;
import io.enim.CheckReport.Difference;
import io.enim.Endpoint;
import io.enim.EniManager;
import io.enim.examples.agent.cni.spec.AddResultWriter;
import io.enim.examples.agent.cni.spec.AttachmentId;
import io.enim.examples.agent.cni.spec.CniErrorCode;
import io.enim.examples.agent.cni.spec.CniException;
import io.enim.examples.agent.cni.spec.CniRequest;
import io.enim.examples.agent.cni.spec.CniResponse;
import io.enim.examples.agent.cni.spec.JsonFields;
import io.enim.examples.agent.cni.spec.NetworkConfig;
import io.enim.examples.agent.cni.spec.NetworkConfig.Role;
import io.enim.examples.agent.cni.spec.PodAnnotations;
import io.enim.examples.agent.cni.spec.RouteConfig;
import io.enim.examples.agent.cni.spec.UnsupportedCapabilities;
import io.enim.examples.agent.cni.spec.WhenEmptyOption;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * ADD, DEL and CHECK: one container's attachment. The container's id and the interface's name decide which endpoint is
 * meant; the names in CNI_ARGS only name a new one, so that a DEL finds what its ADD made even when they are missing or
 * have changed.
 */
final class AttachmentHandler {
    /** What an answer needs to get from here to the runtime before the plugin gives up. */
    private static final Duration WAY_BACK = Duration.ofSeconds(2);

    /**
     * The label with the network's name. A CNI GC speaks for one network and lists its living attachments only; without
     * the label it would condemn those of every other network on the node.
     */
    static final String NETWORK_LABEL = "cni.network";

    private static final Duration SHORTEST = Duration.ofSeconds(1);

    private final EniManager manager;
    private final Duration addTimeout;

    AttachmentHandler(EniManager manager, Duration addTimeout) {
        this.manager = manager;
        this.addTimeout = addTimeout;
    }

    CniResponse add(CniRequest request, NetworkConfig config) {
        AttachmentId attachmentId = RequestValidator.attachment(request);
        Endpoint named = RequestValidator.endpoint(request, attachmentId);
        AddResultWriter.requireReadable(config);
        UnsupportedCapabilities.refuse(config);
        PodAnnotations.PodOptions pod = PodAnnotations.of(config);
        AddRequest.Builder add = AddRequest.forEndpoint(
                        held(attachmentId).map(Assignment::endpoint).orElse(named))
                .label(NETWORK_LABEL, config.name())
                .timeout(timeout(request))
                .whenEmpty(whenEmpty(config, pod));
        RouteConfig.of(config).forEach(add::route);
        pod.routes().forEach(add::route);
        if (config.role() == Role.INTERFACE) {
            add.netns(RequestValidator.netns(request));
        }
        Assignment assignment = manager.add(add.build());
        if (config.role() == Role.IPAM) {
            Optional<CniException> mismatch = HostDeviceMatch.mismatch(config, assignment);
            if (mismatch.isPresent()) {
                manager.del(assignment.endpoint());
                throw mismatch.get();
            }
        }
        return CniResponse.of(AddResultWriter.write(config, assignment, request.netns()));
    }

    CniResponse del(CniRequest request) {
        AttachmentId attachmentId = RequestValidator.attachment(request);
        Set<Endpoint> endpoints = new LinkedHashSet<>();
        held(attachmentId).map(Assignment::endpoint).ifPresent(endpoints::add);
        // An ADD that is still at work may not be listed yet; it was begun under this name.
        nameOf(request, attachmentId).ifPresent(endpoints::add);
        endpoints.forEach(manager::del);
        return CniResponse.nothing();
    }

    CniResponse check(CniRequest request, NetworkConfig config) {
        AttachmentId attachmentId = RequestValidator.attachment(request);
        RequestValidator.netns(request);
        JsonFields prevResult = config.prevResult()
                .orElseThrow(() -> new CniException(
                        CniErrorCode.INVALID_CONFIG,
                        "network configuration: prevResult is missing",
                        "CHECK compares with the answer of the ADD, which the runtime keeps"));
        Assignment assignment = held(attachmentId)
                .orElseThrow(() -> new CniException(
                        CniErrorCode.UNKNOWN_CONTAINER,
                        "container " + attachmentId.containerId() + " has no attachment " + attachmentId.ifname()
                                + " here",
                        "ADD it first, or DEL what is left of it"));
        CheckEvaluator checkEvaluator = new CheckEvaluator(assignment, config.role(), prevResult, request.netns());
        List<Difference> faults = checkEvaluator.faults(found(assignment, config.role()));
        if (!faults.isEmpty()) {
            throw new CniException(
                    CniErrorCode.DIFFERS,
                    assignment.endpoint() + " is not as it was set up",
                    faults.stream().map(Difference::toString).collect(Collectors.joining("; ")));
        }
        return CniResponse.nothing();
    }

    /** As address management only the assignment is ours; the device is where the other plugin put it. */
    private List<Difference> found(Assignment assignment, Role role) {
        return role == Role.IPAM
                ? List.of()
                : manager.check(assignment.endpoint()).differences();
    }

    private Optional<Assignment> held(AttachmentId attachmentId) {
        return manager.assignments().stream()
                .filter(assignment -> AttachmentId.of(assignment).equals(attachmentId))
                .findFirst();
    }

    /** Empty when CNI_ARGS names nobody: no ADD can have succeeded with it, and a DEL of nothing is success. */
    private static Optional<Endpoint> nameOf(CniRequest request, AttachmentId attachmentId) {
        try {
            return Optional.of(RequestValidator.endpoint(request, attachmentId));
        } catch (CniException e) {
            return Optional.empty();
        }
    }

    private Duration timeout(CniRequest request) {
        Duration left = request.deadline().map(time -> time.minus(WAY_BACK)).orElse(addTimeout);
        Duration longest = left.compareTo(addTimeout) < 0 ? left : addTimeout;
        return longest.compareTo(SHORTEST) < 0 ? SHORTEST : longest;
    }

    private static AddRequest.WhenEmpty whenEmpty(NetworkConfig config, PodAnnotations.PodOptions pod) {
        return pod.whenEmpty()
                .orElseGet(() -> WhenEmptyOption.parse(
                        "network configuration: whenEmpty",
                        config.fields().text("whenEmpty").orElse("fail")));
    }
}
