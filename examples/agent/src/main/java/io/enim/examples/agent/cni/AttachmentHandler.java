// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.cni;

import io.enim.AddRequest;
import io.enim.Assignment;
import io.enim.CheckReport.Difference;
import io.enim.ClosedException;
import io.enim.Endpoint;
import io.enim.EniException;
import io.enim.EniManager;
import io.enim.HostLink;
import io.enim.examples.agent.cni.spec.AddResultWriter;
import io.enim.examples.agent.cni.spec.AttachmentId;
import io.enim.examples.agent.cni.spec.CniArgs;
import io.enim.examples.agent.cni.spec.CniErrorCode;
import io.enim.examples.agent.cni.spec.CniException;
import io.enim.examples.agent.cni.spec.CniRequest;
import io.enim.examples.agent.cni.spec.CniResponse;
import io.enim.examples.agent.cni.spec.JsonFields;
import io.enim.examples.agent.cni.spec.NetworkConfig;
import io.enim.examples.agent.cni.spec.NetworkConfig.Role;
import io.enim.examples.agent.cni.spec.PodAnnotations;
import io.enim.examples.agent.cni.spec.RouteConfig;
import io.enim.examples.agent.cni.spec.WishedEni;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * ADD, DEL and CHECK of one attachment. The container's id and the interface's name identify the endpoint. The names in
 * CNI_ARGS are used only for a new endpoint, so that a DEL finds the endpoint of its ADD even if they are missing or have
 * changed.
 */
final class AttachmentHandler {
    /** Reserved for the answer's way to the runtime, before the plugin's time limit. */
    private static final Duration ANSWER_MARGIN = Duration.ofSeconds(2);

    /**
     * The label with the network's name. A CNI GC covers one network and lists only that network's attachments; without
     * the label it would release those of every other network on the node.
     */
    static final String NETWORK_LABEL = "cni.network";

    private static final Duration MIN_TIMEOUT = Duration.ofSeconds(1);

    private final EniManager manager;
    private final Duration addTimeout;
    private final Optional<HostLink> hostLink;

    AttachmentHandler(EniManager manager, Duration addTimeout, Optional<HostLink> hostLink) {
        this.manager = manager;
        this.addTimeout = addTimeout;
        this.hostLink = hostLink;
    }

    CniResponse add(CniRequest request, NetworkConfig config) {
        AttachmentId attachmentId = RequestValidator.attachment(request);
        Endpoint named = RequestValidator.endpoint(request, attachmentId);
        AddResultWriter.requireReadable(config);
        config.requireKnownKeys();
        config.requireSupportedCapabilities();
        PodAnnotations.PodOptions pod = PodAnnotations.of(config);
        CniArgs args = CniArgs.parse(request.args());
        AddRequest.Builder add = AddRequest.forEndpoint(
                        held(attachmentId).map(Assignment::endpoint).orElse(named))
                .label(NETWORK_LABEL, config.name())
                .timeout(timeout(request))
                .link(config.link(hostLink))
                .wish(WishedEni.of(config, args, pod.wish()))
                .whenEmpty(pod.whenEmpty().orElseGet(config::whenEmpty));
        args.podUid().ifPresent(uid -> add.label(KubeletPods.UID_LABEL, uid));
        RouteConfig.of(config).forEach(add::route);
        pod.routes().forEach(add::route);
        if (config.role() == Role.INTERFACE) {
            add.netns(RequestValidator.netns(request));
        }
        AddRequest whole = add.build();
        Assignment assignment = logged(() -> manager.add(whole));
        if (config.role() == Role.IPAM) {
            Optional<CniException> mismatch = HostDeviceMatch.mismatch(config, assignment);
            if (mismatch.isPresent()) {
                del(assignment.endpoint());
                throw mismatch.get();
            }
        }
        return CniResponse.of(AddResultWriter.write(config, assignment, request.netns()));
    }

    CniResponse del(CniRequest request) {
        AttachmentId attachmentId = RequestValidator.attachment(request);
        Set<Endpoint> endpoints = new LinkedHashSet<>();
        held(attachmentId).map(Assignment::endpoint).ifPresent(endpoints::add);
        // An ADD that still runs may not be listed yet; it was started under this name.
        nameOf(request, attachmentId).ifPresent(endpoints::add);
        endpoints.forEach(this::del);
        return CniResponse.nothing();
    }

    private void del(Endpoint endpoint) {
        logged(() -> {
            manager.del(endpoint);
            return endpoint;
        });
    }

    /** An operation of the manager, which logs a line of its own, of an error too. */
    private static <T> T logged(Supplier<T> operation) {
        try {
            return operation.get();
        } catch (ClosedException e) {
            throw e; // For the next agent.
        } catch (EniException e) {
            throw CniException.of(e).logged();
        }
    }

    CniResponse check(CniRequest request, NetworkConfig config) {
        AttachmentId attachmentId = RequestValidator.attachment(request);
        RequestValidator.netns(request);
        JsonFields prevResult = config.prevResult()
                .orElseThrow(() -> CniException.configuration(
                        "prevResult is missing",
                        "CHECK compares with the result of the ADD; the runtime must pass it"));
        Assignment assignment = held(attachmentId)
                .orElseThrow(() -> new CniException(
                        CniErrorCode.UNKNOWN_CONTAINER,
                        "container " + attachmentId.containerId() + " has no attachment " + attachmentId.ifname()
                                + " on this node",
                        "run ADD first, or DEL to clean up"));
        CheckEvaluator evaluator = new CheckEvaluator(assignment, config.role(), prevResult, request.netns());
        // With the IPAM role only the assignment is compared; the device belongs to the other plugin.
        List<Difference> found = config.role() == Role.IPAM
                ? List.of()
                : logged(() -> manager.check(assignment.endpoint())).differences();
        List<Difference> problems = evaluator.problems(found);
        if (!problems.isEmpty()) {
            CniException differs = new CniException(
                    CniErrorCode.DIFFERS,
                    assignment.endpoint() + " differs from what was set up",
                    problems.stream().map(Difference::toString).collect(Collectors.joining("; ")));
            throw found.isEmpty() ? differs : differs.logged();
        }
        return CniResponse.nothing();
    }

    private Optional<Assignment> held(AttachmentId attachmentId) {
        return manager.assignments().stream()
                .filter(assignment -> AttachmentId.of(assignment).equals(attachmentId))
                .findFirst();
    }

    /** Empty if CNI_ARGS is invalid: no ADD can have succeeded with it, and a DEL of nothing succeeds. */
    private static Optional<Endpoint> nameOf(CniRequest request, AttachmentId attachmentId) {
        try {
            return Optional.of(RequestValidator.endpoint(request, attachmentId));
        } catch (CniException e) {
            return Optional.empty();
        }
    }

    /** That of the plugin, which is told with the call, so that the manager gives up when the plugin does and not before. */
    private Duration timeout(CniRequest request) {
        Duration limit =
                request.deadline().map(time -> time.minus(ANSWER_MARGIN)).orElse(addTimeout);
        return limit.compareTo(MIN_TIMEOUT) < 0 ? MIN_TIMEOUT : limit;
    }
}
