// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.fake;

import io.enim.AmbiguousProviderException;
import io.enim.ClosedException;
import io.enim.EniException;
import io.enim.FatalProviderException;
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
import io.enim.provider.fake.region.CloudRefusal;
import io.enim.provider.fake.region.CloudRefusal.Reason;
import io.enim.provider.fake.region.Instance;
import io.enim.provider.fake.region.SimulatedEni;
import io.enim.provider.fake.region.SimulatedEni.Attachment;
import io.enim.provider.fake.region.SimulatedEni.State;
import io.enim.provider.fake.region.SimulatedRegion;
import io.enim.provider.fake.region.Subnet;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/** A simulated region as one instance sees it. Safe for concurrent use. */
public final class FakeCloud implements EniCloud {
    private static final String CLUSTER = "enim:cluster";
    private static final String NODE = "enim:node";
    private static final int PAGE = 100;

    private final SimulatedRegion model;
    private final OwnerTag ownerTag;
    private final Instance instance;
    private final Runnable onClose;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** The cloud of the node that this instance is; ENIs with the owner tag are described, attached or not. */
    public FakeCloud(SimulatedRegion model, OwnerTag ownerTag, Instance instance) {
        this(model, ownerTag, instance, () -> {});
    }

    FakeCloud(SimulatedRegion model, OwnerTag ownerTag, Instance instance, Runnable onClose) {
        this.model = model;
        this.ownerTag = ownerTag;
        this.instance = instance;
        this.onClose = onClose;
    }

    public SimulatedRegion model() {
        return model;
    }

    @Override
    public NodeIdentity node() {
        requireOpen("node");
        return new NodeIdentity(instance.id(), instance.zone());
    }

    @Override
    public NodeLimits limits() {
        return new NodeLimits(
                call("limits", false, () -> model.instance(instance.id())).maxEnis());
    }

    @Override
    public Optional<String> howToGetMore() {
        return Optional.of("raise enim.provider.fake.max-enis");
    }

    @Override
    public List<CloudEni> describe() {
        return call("describe", false, () -> {
            List<CloudEni> found = new ArrayList<>();
            Optional<String> pageToken = Optional.empty();
            do {
                SimulatedRegion.Page page = model.describe(this::isOurs, pageToken, PAGE);
                page.enis().stream().map(FakeCloud::described).forEach(found::add);
                pageToken = page.next();
            } while (pageToken.isPresent());
            return List.copyOf(found);
        });
    }

    private boolean isOurs(SimulatedEni eni) {
        return eni.isAt(instance.id())
                || ownerTagOf(eni).filter(ownerTag::equals).isPresent();
    }

    private static Optional<OwnerTag> ownerTagOf(SimulatedEni eni) {
        String cluster = eni.tags().get(CLUSTER);
        String node = eni.tags().get(NODE);
        return cluster == null || node == null ? Optional.empty() : Optional.of(new OwnerTag(cluster, node));
    }

    private static CloudEni described(SimulatedEni eni) {
        return new CloudEni(
                eni.id(),
                switch (eni.state()) {
                    case AVAILABLE -> Status.AVAILABLE;
                    case ATTACHING -> Status.ATTACHING;
                    case IN_USE -> Status.ATTACHED;
                    case DETACHING -> Status.DETACHING;
                },
                eni.mac(),
                eni.ipv4(),
                eni.ipv6(),
                eni.subnetId(),
                eni.attachment().map(Attachment::number).orElse(0),
                eni.attachment().map(Attachment::instanceId),
                ownerTagOf(eni),
                Optional.of(eni.created()));
    }

    @Override
    public CloudEni create(CreateRequest request) {
        return call("create with token " + request.token(), true, () -> described(createInOneOf(subnets(), request)));
    }

    /**
     * Tries the subnets in turn; a full one is skipped. The cloud has one token for each subnet, since it binds a token to the
     * subnet that it was first used with. By now another subnet may have the most addresses left than when the token was
     * first used, so the ENI that it made then is looked for first (CLD-10).
     */
    private SimulatedEni createInOneOf(List<String> subnets, CreateRequest request) {
        OwnerTag owner = request.ownerTag();
        Map<String, String> tags = Map.of(CLUSTER, owner.cluster(), NODE, owner.node());
        Optional<SimulatedEni> made = model.enis().stream()
                .filter(eni -> eni.token().equals(clientToken(request, eni.subnetId())))
                .findFirst();
        List<String> candidates = made.map(eni -> List.of(eni.subnetId())).orElse(subnets);
        Optional<CloudRefusal> first = Optional.empty();
        for (String subnet : candidates) {
            try {
                return model.create(clientToken(request, subnet), subnet, tags);
            } catch (CloudRefusal e) {
                if (e.reason() != Reason.SUBNET_FULL) {
                    throw e;
                }
                first.ifPresent(earlier -> earlier.addSuppressed(e));
                first = first.or(() -> Optional.of(e));
            }
        }
        throw first.orElseGet(
                () -> new CloudRefusal(Reason.NO_SUCH_SUBNET, "create: zone " + instance.zone() + " has no subnet"));
    }

    private static String clientToken(CreateRequest request, String subnet) {
        return request.token() + "@" + subnet;
    }

    /** The subnets of this zone, the one with the most addresses left first. */
    private List<String> subnets() {
        return model.subnets().entrySet().stream()
                .filter(entry -> entry.getKey().zone().equals(instance.zone()))
                .sorted(Map.Entry.<Subnet, Integer>comparingByValue().reversed())
                .map(entry -> entry.getKey().id())
                .toList();
    }

    @Override
    public void attach(String eniId, AttachRequest request) {
        call("attach " + eniId, true, () -> {
            try {
                return model.attach(eniId, instance.id(), -1).id();
            } catch (CloudRefusal e) {
                if (e.reason() == Reason.WRONG_STATE && isHere(eniId, State.IN_USE, State.ATTACHING)) {
                    return "attached already";
                }
                throw e;
            }
        });
    }

    private boolean isHere(String eniId, State... states) {
        Optional<SimulatedEni> here = model.find(eniId).filter(eni -> eni.isAt(instance.id()));
        return here.map(SimulatedEni::state).filter(List.of(states)::contains).isPresent();
    }

    @Override
    public void detach(String eniId) {
        call("detach " + eniId, true, () -> {
            try {
                model.detach(eniId, instance.id());
            } catch (CloudRefusal e) {
                boolean detached = e.reason() == Reason.NO_SUCH_ENI
                        || e.reason() == Reason.WRONG_STATE && !isHere(eniId, State.ATTACHING);
                if (!detached) {
                    throw e;
                }
            }
            return true;
        });
    }

    @Override
    public void delete(String eniId) {
        call("delete " + eniId, true, () -> {
            try {
                model.delete(eniId);
            } catch (CloudRefusal e) {
                if (e.reason() != Reason.NO_SUCH_ENI) {
                    throw e;
                }
            }
            return true;
        });
    }

    private <T> T call(String what, boolean changes, Supplier<T> call) {
        requireOpen(what);
        try {
            return call.get();
        } catch (CloudRefusal e) {
            throw classify(what, changes, e);
        } catch (UncheckedIOException e) {
            throw new AmbiguousProviderException(
                    Refusal.UNAVAILABLE, "STATE_FILE", what + ": " + e.getMessage() + "; check the disk", e);
        }
    }

    private static EniException classify(String what, boolean changes, CloudRefusal e) {
        return switch (e.reason()) {
            case THROTTLED -> retryable(Refusal.THROTTLED, what, e, "; slow down");
            case UNAVAILABLE -> retryable(Refusal.UNAVAILABLE, what, e, "; try again");
            case WRONG_STATE -> retryable(Refusal.WRONG_STATE, what, e, "; wait for its state to change");
            case INSTANCE_NOT_RUNNING -> retryable(Refusal.WRONG_STATE, what, e, "; wait until it runs");
            case NUMBER_TAKEN -> retryable(Refusal.WRONG_STATE, what, e, "");
            case NO_SUCH_ENI -> retryable(Refusal.NOT_FOUND, what, e, ", or not yet; describe again");
            case ANSWER_LOST -> changes ? ambiguous(what, e) : retryable(Refusal.UNAVAILABLE, what, e, "; ask again");
            case ENI_LIMIT -> fatal(Refusal.ENI_LIMIT, what, e, "; detach one or use a larger instance");
            case SUBNET_FULL -> retryable(Refusal.SUBNET_FULL, what, e, "; free some or add a subnet");
            case NO_SUCH_SUBNET -> fatal(Refusal.OTHER, what, e, "; add one");
            case NO_SUCH_INSTANCE -> fatal(Refusal.INSTANCE_GONE, what, e, "");
            case TOKEN_MISMATCH -> fatal(Refusal.TOKEN_MISMATCH, what, e, "");
            case NOT_PERMITTED -> fatal(Refusal.NOT_PERMITTED, what, e, "; check the credentials");
        };
    }

    private static EniException retryable(Refusal refusal, String what, CloudRefusal e, String advice) {
        return new RetryableProviderException(refusal, e.reason().name(), what + ": " + e.getMessage() + advice, e);
    }

    private static EniException fatal(Refusal refusal, String what, CloudRefusal e, String advice) {
        return new FatalProviderException(refusal, e.reason().name(), what + ": " + e.getMessage() + advice, e);
    }

    private static EniException ambiguous(String what, CloudRefusal e) {
        String message = what + ": " + e.getMessage() + "; describe to see what happened";
        return new AmbiguousProviderException(Refusal.UNAVAILABLE, e.reason().name(), message, e);
    }

    private void requireOpen(String what) {
        if (closed.get()) {
            throw new ClosedException(what + ": this cloud is closed; make a new one");
        }
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            onClose.run();
        }
    }
}
