package io.enim.provider.bce;

import com.fasterxml.jackson.databind.JsonNode;
import io.enim.AmbiguousProviderException;
import io.enim.ClosedException;
import io.enim.FatalProviderException;
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
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The ENIs of one BCC instance. An ENI is this node's when its name carries the node's mark, and is touched only then;
 * before one is attached, detached or deleted, the cloud is asked whose it is and where it stands.
 *
 * <p>Requests per method, n being the pages of 1000 (one, on a node): {@code node} 0; {@code describe} 2n; {@code limits} 0
 * with the setting {@code max-enis}, else n + 1; {@code create} 3, and one for each full subnet; {@code attach},
 * {@code detach} and {@code delete} 2, or 1 when there is nothing to do. One more for each subnet met for the first time.
 */
final class BceCloud implements EniCloud {
    private final BceNode node;
    private final OwnerTag ownerTag;
    private final Optional<Integer> maxEnis;
    private final BceCalls calls;
    private final EniReader reader;
    private final Creation creation;
    private final Sightings sightings;
    private final Runnable onClose;
    private volatile boolean closed;

    /** Takes over {@code onClose}, which ends connections and threads. Asks nothing yet. */
    BceCloud(
            BceSettings settings,
            BceNode node,
            OwnerTag ownerTag,
            Clock clock,
            BceCalls calls,
            Optional<MetadataClient> metadata,
            Runnable onClose) {
        this.node = node;
        this.ownerTag = ownerTag;
        this.maxEnis = settings.maxEnis();
        this.calls = calls;
        this.onClose = onClose;
        this.sightings = new Sightings(clock);
        Subnets subnets = new Subnets(calls, node.subnets(), node.identity().zone(), settings.ipv6(), clock);
        this.reader = new EniReader(
                ownerTag, node.identity().instanceId(), subnets, new GatewayResolver(metadata, clock), sightings);
        this.creation = new Creation(calls, settings, node, subnets);
    }

    @Override
    public NodeIdentity node() {
        return query("node", node::identity);
    }

    /** What is attached of ours and what may be added: so foreign ENIs, and the instance's own, are taken off. */
    @Override
    public NodeLimits limits() {
        return query("limits", () -> {
            if (maxEnis.isPresent()) {
                return new NodeLimits(maxEnis.get());
            }
            // In this order an attachment meanwhile makes the limit look lower for a moment, never higher.
            long ours = attachedEnis().values().stream()
                    .filter(reader::isOurs)
                    .filter(eni ->
                            EniReader.instance(eni).filter(instanceId()::equals).isPresent())
                    .count();
            return new NodeLimits((int) ours + Math.max(0, calls.availableQuota(instanceId())));
        });
    }

    @Override
    public List<CloudEni> describe() {
        return query("describe", () -> {
            // By instance and by name: neither filter alone is documented to show both attached and free ones.
            Map<String, JsonNode> found = new LinkedHashMap<>(attachedEnis());
            found.putAll(calls.list(node.vpcId(), "name", EniNames.prefix(ownerTag)));
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
        return query("create", () -> {
            String id = creation.create(request);
            if (sightings.mac(id).isEmpty()) {
                sightings.created(id);
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
        change("attach " + eniId, () -> {
            JsonNode eni = find("attach", eniId).orElseThrow(() -> notFound("attach", eniId));
            boolean here = EniReader.instance(eni).filter(instanceId()::equals).isPresent();
            Status status = EniReader.status(eni);
            if (here && (status == Status.ATTACHED || status == Status.ATTACHING)) {
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
        change("detach " + eniId, () -> {
            Optional<JsonNode> found = find("detach", eniId);
            if (found.isEmpty()
                    || EniReader.status(found.get()) == Status.DETACHING
                    || EniReader.instance(found.get())
                            .filter(instanceId()::equals)
                            .isEmpty()) {
                return;
            }
            if (EniReader.status(found.get()) != Status.ATTACHED) {
                throw wrongState("detach", eniId, found.get(), "wait until it is inuse");
            }
            ignoreNotFound(() -> calls.detach(eniId, instanceId()));
        });
    }

    @Override
    public void delete(String eniId) {
        change("delete " + eniId, () -> {
            Optional<JsonNode> found = find("delete", eniId);
            if (found.isEmpty()) {
                return;
            }
            if (EniReader.status(found.get()) != Status.AVAILABLE) {
                throw wrongState("delete", eniId, found.get(), "detach it and wait until it is available");
            }
            ignoreNotFound(() -> calls.delete(eniId));
        });
    }

    /** It was visible a moment ago: not found means gone, which is what was asked for. */
    private static void ignoreNotFound(Runnable change) {
        try {
            change.run();
        } catch (RetryableProviderException e) {
            if (e.refusal() != Refusal.NOT_FOUND) {
                throw e;
            }
        }
    }

    /**
     * The ENI, if it exists and is this node's; empty when it is gone.
     *
     * @throws RetryableProviderException it was created a moment ago and is not visible yet
     * @throws FatalProviderException it is not this node's
     */
    private Optional<JsonNode> find(String operation, String eniId) {
        Optional<JsonNode> found = calls.detail(eniId);
        if (found.isEmpty() && sightings.mayStillAppear(eniId)) {
            throw notFound(operation, eniId);
        }
        if (found.filter(eni -> !reader.isOurs(eni)).isPresent()) {
            throw new FatalProviderException(
                    Refusal.OTHER,
                    "",
                    operation + " " + eniId + ": its name does not carry the mark " + ownerTag
                            + ", or it is no standard ENI, so it is not this node's and stays untouched");
        }
        return found;
    }

    private static RetryableProviderException notFound(String operation, String eniId) {
        return new RetryableProviderException(
                Refusal.NOT_FOUND, "", operation + " " + eniId + ": the cloud does not show it, or not yet; ask again");
    }

    private static RetryableProviderException wrongState(String operation, String eniId, JsonNode eni, String next) {
        return new RetryableProviderException(
                Refusal.WRONG_STATE,
                "",
                operation + " " + eniId + ": it is " + eni.path("status").asText("without status") + " at instance '"
                        + eni.path("instanceId").asText("") + "'; " + next);
    }

    private String instanceId() {
        return node.identity().instanceId();
    }

    private void change(String operation, Runnable change) {
        query(operation, () -> {
            change.run();
            return operation;
        });
    }

    private <T> T query(String operation, Supplier<T> question) {
        requireOpen(operation, null);
        try {
            return question.get();
        } catch (ProviderException e) {
            // Closed under it: a change may have happened, the rest is not worth another look.
            if (closed && !(e instanceof AmbiguousProviderException)) {
                requireOpen(operation, e);
            }
            throw e;
        }
    }

    private void requireOpen(String operation, @Nullable ProviderException cause) {
        if (closed) {
            throw new ClosedException(operation + ": the BCE adapter is closed; make a new manager", cause);
        }
    }

    @Override
    public void close() {
        closed = true;
        onClose.run();
    }
}
