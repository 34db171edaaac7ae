package io.enim.examples.agent.cni;

import io.enim.AddRequest;
import io.enim.Assignment;
import io.enim.CheckReport.Difference;
import io.enim.Endpoint;
import io.enim.EniManager;
import io.enim.examples.agent.cni.NetworkConfig.Role;
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
final class Attachments {
    /** What an answer needs to get from here to the runtime before the plugin gives up. */
    private static final Duration WAY_BACK = Duration.ofSeconds(2);

    private static final Duration SHORTEST = Duration.ofSeconds(1);

    private final EniManager manager;
    private final AttachmentRecords networks;
    private final Duration addTimeout;

    Attachments(EniManager manager, AttachmentRecords networks, Duration addTimeout) {
        this.manager = manager;
        this.networks = networks;
        this.addTimeout = addTimeout;
    }

    CniAnswer add(CniRequest request, NetworkConfig config) {
        Attachment attachment = Caller.attachment(request);
        Endpoint named = Caller.endpoint(request, attachment);
        AddResult.requireReadable(config);
        UnsupportedRequests.refuse(config);
        PodAnnotations.Wishes pod = PodAnnotations.of(config);
        AddRequest.Builder add = AddRequest.forEndpoint(
                        held(attachment).map(Assignment::endpoint).orElse(named))
                .timeout(timeout(request))
                .whenEmpty(whenEmpty(config, pod));
        WantedRoutes.of(config).forEach(add::route);
        pod.routes().forEach(add::route);
        if (config.role() == Role.INTERFACE) {
            add.netns(Caller.netns(request));
        }
        AddRequest checked = add.build();
        networks.put(attachment, config.name());
        Assignment assignment = manager.add(checked);
        if (config.role() == Role.IPAM) {
            Optional<CniException> mismatch = OthersDevice.mismatch(config, assignment);
            if (mismatch.isPresent()) {
                manager.del(assignment.endpoint());
                throw mismatch.get();
            }
        }
        return CniAnswer.of(AddResult.write(config, assignment, request.netns()));
    }

    CniAnswer del(CniRequest request) {
        Attachment attachment = Caller.attachment(request);
        Set<Endpoint> endpoints = new LinkedHashSet<>();
        held(attachment).map(Assignment::endpoint).ifPresent(endpoints::add);
        // An ADD that is still at work may not be listed yet; it was begun under this name.
        nameOf(request, attachment).ifPresent(endpoints::add);
        endpoints.forEach(manager::del);
        networks.remove(attachment);
        return CniAnswer.nothing();
    }

    CniAnswer check(CniRequest request, NetworkConfig config) {
        Attachment attachment = Caller.attachment(request);
        Caller.netns(request);
        JsonFields prevResult = config.prevResult()
                .orElseThrow(() -> new CniException(
                        CniCode.INVALID_CONFIG,
                        "network configuration: prevResult is missing",
                        "CHECK compares with the answer of the ADD, which the runtime keeps"));
        Assignment assignment = held(attachment)
                .orElseThrow(() -> new CniException(
                        CniCode.UNKNOWN_CONTAINER,
                        "container " + attachment.containerId() + " has no attachment " + attachment.ifname() + " here",
                        "ADD it first, or DEL what is left of it"));
        Check check = new Check(assignment, config.role(), prevResult, request.netns());
        List<Difference> faults = check.faults(found(assignment, config.role()));
        if (!faults.isEmpty()) {
            throw new CniException(
                    CniCode.DIFFERS,
                    assignment.endpoint() + " is not as it was set up",
                    faults.stream().map(Difference::toString).collect(Collectors.joining("; ")));
        }
        return CniAnswer.nothing();
    }

    /** As address management only the assignment is ours; the device is where the other plugin put it. */
    private List<Difference> found(Assignment assignment, Role role) {
        return role == Role.IPAM
                ? List.of()
                : manager.check(assignment.endpoint()).differences();
    }

    private Optional<Assignment> held(Attachment attachment) {
        return manager.assignments().stream()
                .filter(assignment -> Attachment.of(assignment).equals(attachment))
                .findFirst();
    }

    /** Empty when CNI_ARGS names nobody: no ADD can have succeeded with it, and a DEL of nothing is success. */
    private static Optional<Endpoint> nameOf(CniRequest request, Attachment attachment) {
        try {
            return Optional.of(Caller.endpoint(request, attachment));
        } catch (CniException e) {
            return Optional.empty();
        }
    }

    private Duration timeout(CniRequest request) {
        Duration left = request.deadline().map(time -> time.minus(WAY_BACK)).orElse(addTimeout);
        Duration longest = left.compareTo(addTimeout) < 0 ? left : addTimeout;
        return longest.compareTo(SHORTEST) < 0 ? SHORTEST : longest;
    }

    private static AddRequest.WhenEmpty whenEmpty(NetworkConfig config, PodAnnotations.Wishes pod) {
        return pod.whenEmpty()
                .orElseGet(() -> EmptyPool.parse(
                        "network configuration: whenEmpty",
                        config.fields().text("whenEmpty").orElse("fail")));
    }
}
