// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.bce;

import com.fasterxml.jackson.databind.JsonNode;
import io.enim.AmbiguousProviderException;
import io.enim.ProviderException;
import io.enim.ProviderException.Refusal;
import io.enim.RetryableProviderException;
import io.enim.provider.AttachRequest;
import io.enim.provider.CloudEni;
import io.enim.provider.CloudEni.Status;
import io.enim.provider.CreateRequest;
import io.enim.provider.EniCloud;
import io.enim.provider.NodeIdentity;
import io.enim.provider.NodeLimits;
import io.enim.provider.OwnerTag;
import io.enim.provider.support.AdapterCalls;
import io.enim.provider.support.EventualVisibility;
import io.enim.provider.support.MismatchedTokens;
import io.enim.provider.support.OwnedEnis;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The ENIs of one BCC instance. Before one is attached, detached or deleted, the cloud is asked for its name and state.
 *
 * <p>Requests per method, n being the pages of 1000 (one, on a node): {@code node} 0; {@code describe} n, or 2n while none of
 * our ENIs is attached; {@code limits} 0 with the setting {@code max-enis}, else n + 1, or n + 2 where the quota call fails;
 * {@code create} 3, and one for each full subnet; {@code attach},
 * {@code detach} and {@code delete} 2, or 1 when there is nothing to do. One more for each new subnet.
 */
final class BceCloud implements EniCloud {
    private final BceNode node;
    private final OwnerTag ownerTag;
    private final Optional<Integer> maxEnis;
    private final BceCalls calls;
    private final EniReader reader;
    private final Creation creation;
    private final Quota quota;
    private final EventualVisibility visibility;
    private final OwnedEnis<JsonNode> owned;
    private final AdapterCalls adapter;

    /** May block on the metadata service; the cloud itself is asked later. */
    static BceCloud open(BceSettings settings, OwnerTag ownerTag, Clock clock) {
        BceNode node = BceNode.resolve(settings, settings.metadata().map(MetadataClient::new));
        BceHttp http = new BceHttp(node.endpoint(), settings.keys(), settings.callTimeout());
        return new BceCloud(
                settings, node, new BceCalls(http.client(), http, node.endpoint()), http::end, ownerTag, clock);
    }

    BceCloud(BceSettings settings, BceNode node, BceCalls calls, Runnable onClose, OwnerTag ownerTag, Clock clock) {
        this.node = node;
        this.ownerTag = ownerTag;
        this.maxEnis = settings.maxEnis();
        this.calls = calls;
        this.visibility = new EventualVisibility(EventualVisibility.WINDOW, clock);
        Subnets subnets = new Subnets(calls, node.subnets(), node.identity().zone(), settings.ipv6(), clock);
        GatewayResolver gateways = new GatewayResolver(settings.metadata().map(MetadataClient::new), clock);
        this.reader = new EniReader(ownerTag, instanceId(), subnets, gateways, visibility);
        this.creation =
                new Creation(calls, settings, node, subnets, new MismatchedTokens(EventualVisibility.WINDOW, clock));
        this.quota = new Quota(calls, instanceId());
        this.owned = new OwnedEnis<>(ownerTag, visibility, calls::detail, reader::isOurs);
        this.adapter = new AdapterCalls(BceProviderFactory.NAME, onClose);
    }

    @Override
    public NodeIdentity node() {
        return adapter.read("node", node::identity);
    }

    /** What is attached of ours and what may be added: so foreign ENIs, and the instance's own, are taken off. */
    @Override
    public NodeLimits limits() {
        return adapter.read("limits", () -> {
            if (maxEnis.isPresent()) {
                return new NodeLimits(maxEnis.get());
            }
            // In this order an attachment meanwhile makes the limit look lower for a moment, never higher.
            List<JsonNode> here =
                    attachedEnis().values().stream().filter(reader::isHere).toList();
            int ours = (int) here.stream().filter(reader::isOurs).count();
            return new NodeLimits(quota.most(ours, here.size() - ours));
        });
    }

    @Override
    public Optional<String> howToGetMore() {
        return Optional.of(
                maxEnis.isPresent()
                        ? "raise enim.provider.bce.max-enis, if the instance may have more"
                        : "use an instance whose quota of ENIs is larger than that of " + instanceId());
    }

    @Override
    public List<CloudEni> describe() {
        return adapter.read("describe", () -> {
            Map<String, JsonNode> found =
                    new LinkedHashMap<>(calls.list(node.vpcId(), "name", EniNames.prefix(ownerTag)));
            // That this filter takes a beginning and shows attached ENIs is not documented. One of them in the answer
            // proves both; without one the list by instance is needed.
            if (found.values().stream().noneMatch(eni -> reader.isOurs(eni) && reader.isHere(eni))) {
                attachedEnis().forEach(found::putIfAbsent);
            }
            return found.values().stream()
                    .filter(reader::isOurs)
                    .map(reader::read)
                    .flatMap(Optional::stream)
                    .toList();
        });
    }

    private Map<String, JsonNode> attachedEnis() {
        return calls.list(node.vpcId(), "instanceId", instanceId());
    }

    @Override
    public CloudEni create(CreateRequest request) {
        return adapter.call("create", () -> {
            String id = creation.create(request);
            if (!reader.knows(id)) {
                visibility.created(id);
            }
            return readBack(id, request.token());
        });
    }

    /** The answer to a creation has the id and nothing else. Whatever fails from here on, the ENI is there. */
    private CloudEni readBack(String id, String token) {
        String what = "create under token " + token + ": " + id + " is made, ";
        try {
            Optional<CloudEni> eni = calls.detail(id).flatMap(reader::read);
            if (eni.isPresent()) {
                return eni.get();
            }
        } catch (ProviderException e) {
            throw new AmbiguousProviderException(
                    e.refusal(), e.code(), what + "and not read back; repeat the token: " + e.getMessage(), e);
        }
        throw new AmbiguousProviderException(
                Refusal.NOT_FOUND, "", what + "and the cloud does not show it and its MAC yet; repeat the token");
    }

    @Override
    public void attach(String eniId, AttachRequest request) {
        adapter.run("attach " + eniId, () -> {
            JsonNode eni = owned.require("attach", eniId);
            Status status = EniReader.status(eni);
            if (reader.isHere(eni) && (status == Status.ATTACHED || status == Status.ATTACHING)) {
                return;
            }
            if (status != Status.AVAILABLE) {
                throw wrongState("attach", eniId, eni, "wait until it is available");
            }
            calls.attach(eniId, instanceId(), request.token());
        });
    }

    @Override
    public void detach(String eniId) {
        adapter.run("detach " + eniId, () -> {
            Optional<JsonNode> found = owned.find("detach", eniId).filter(reader::isHere);
            Status status = found.map(EniReader::status).orElse(Status.DETACHING);
            if (status == Status.DETACHING) {
                return;
            }
            if (status != Status.ATTACHED) {
                throw wrongState("detach", eniId, found.orElseThrow(), "wait until it is inuse");
            }
            OwnedEnis.ignoreNotFound(() -> calls.detach(eniId, instanceId()));
        });
    }

    @Override
    public void delete(String eniId) {
        adapter.run(
                "delete " + eniId,
                () -> owned.find("delete", eniId).ifPresent(found -> {
                    if (EniReader.status(found) != Status.AVAILABLE) {
                        throw wrongState("delete", eniId, found, "detach it and wait until it is available");
                    }
                    OwnedEnis.ignoreNotFound(() -> calls.delete(eniId));
                }));
    }

    private static RetryableProviderException wrongState(String operation, String eniId, JsonNode eni, String next) {
        String state = eni.path("status").asText("without status") + " at instance '"
                + eni.path("instanceId").asText("") + "'";
        return OwnedEnis.wrongState(operation, eniId, state, next);
    }

    private String instanceId() {
        return node.identity().instanceId();
    }

    @Override
    public void close() {
        adapter.close();
    }
}
