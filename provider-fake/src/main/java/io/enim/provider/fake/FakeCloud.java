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
import io.enim.provider.Mark;
import io.enim.provider.NodeIdentity;
import io.enim.provider.NodeLimits;
import io.enim.provider.fake.model.CloudModel;
import io.enim.provider.fake.model.Instance;
import io.enim.provider.fake.model.ModelEni;
import io.enim.provider.fake.model.ModelEni.Attachment;
import io.enim.provider.fake.model.Refused;
import io.enim.provider.fake.model.Refused.Reason;
import io.enim.provider.fake.model.Subnet;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/** The model of a cloud as one instance sees it. Safe for concurrent use. */
public final class FakeCloud implements EniCloud {
    private static final String CLUSTER = "enim:cluster";
    private static final String NODE = "enim:node";
    private static final int PAGE = 100;

    private final CloudModel model;
    private final Mark mark;
    private final Instance instance;
    private final Runnable atClose;
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * Makes a cloud.
     *
     * @param mark whose ENIs are described, attached or not
     * @param instance the instance this node is
     */
    public FakeCloud(CloudModel model, Mark mark, Instance instance) {
        this(model, mark, instance, () -> {});
    }

    FakeCloud(CloudModel model, Mark mark, Instance instance, Runnable atClose) {
        this.model = model;
        this.mark = mark;
        this.instance = instance;
        this.atClose = atClose;
    }

    /** The model behind it. */
    public CloudModel model() {
        return model;
    }

    @Override
    public NodeIdentity node() {
        requireOpen("node");
        return new NodeIdentity(instance.id(), instance.zone());
    }

    @Override
    public NodeLimits limits() {
        return ask(
                "limits",
                false,
                () -> new NodeLimits(model.instance(instance.id()).maxEnis()));
    }

    @Override
    public List<CloudEni> describe() {
        return ask("describe", false, () -> {
            List<CloudEni> found = new ArrayList<>();
            Optional<String> marker = Optional.empty();
            do {
                CloudModel.Page page = model.describe(this::isOurs, marker, PAGE);
                page.enis().stream().map(FakeCloud::described).forEach(found::add);
                marker = page.next();
            } while (marker.isPresent());
            return List.copyOf(found);
        });
    }

    private boolean isOurs(ModelEni eni) {
        return eni.attachment()
                        .filter(at -> at.instanceId().equals(instance.id()))
                        .isPresent()
                || markOf(eni).filter(mark::equals).isPresent();
    }

    private static Optional<Mark> markOf(ModelEni eni) {
        String cluster = eni.tags().get(CLUSTER);
        String node = eni.tags().get(NODE);
        return cluster == null || node == null ? Optional.empty() : Optional.of(new Mark(cluster, node));
    }

    private static CloudEni described(ModelEni eni) {
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
                markOf(eni),
                Optional.of(eni.created()));
    }

    @Override
    public CloudEni create(CreateRequest request) {
        return ask("create with token " + request.token(), true, () -> described(createInOneOf(subnets(), request)));
    }

    /**
     * Tries the subnets in turn. A full one is passed over. So is one that the token was not used with: by now another
     * may have the most addresses left than when the token was first used, and the cloud answers the ENI made then only
     * where it was made (CLD-10). Two ENIs cannot come of it: the cloud knows the token before it makes anything.
     */
    private ModelEni createInOneOf(List<String> subnets, CreateRequest request) {
        Map<String, String> tags =
                Map.of(CLUSTER, request.mark().cluster(), NODE, request.mark().node());
        Optional<Refused> first = Optional.empty();
        for (String subnet : subnets) {
            try {
                return model.create(request.token(), subnet, tags);
            } catch (Refused e) {
                if (e.reason() != Reason.SUBNET_FULL && e.reason() != Reason.TOKEN_MISMATCH) {
                    throw e;
                }
                first.ifPresent(earlier -> earlier.addSuppressed(e));
                first = first.or(() -> Optional.of(e));
            }
        }
        throw first.orElseGet(
                () -> new Refused(Reason.NO_SUCH_SUBNET, "create: zone " + instance.zone() + " has no subnet"));
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
        ask("attach " + eniId, true, () -> {
            try {
                return model.attach(eniId, instance.id(), -1).id();
            } catch (Refused e) {
                if (e.reason() == Reason.WRONG_STATE && isHere(eniId)) {
                    return "attached already";
                }
                throw e;
            }
        });
    }

    private boolean isHere(String eniId) {
        return find(eniId)
                .filter(eni -> eni.state() == ModelEni.State.IN_USE || eni.state() == ModelEni.State.ATTACHING)
                .flatMap(ModelEni::attachment)
                .filter(at -> at.instanceId().equals(instance.id()))
                .isPresent();
    }

    private Optional<ModelEni> find(String eniId) {
        return model.describe(eni -> eni.id().equals(eniId), Optional.empty(), 1).enis().stream()
                .findFirst();
    }

    @Override
    public void detach(String eniId) {
        ask("detach " + eniId, true, () -> {
            try {
                model.detach(eniId, instance.id());
            } catch (Refused e) {
                boolean away =
                        e.reason() == Reason.NO_SUCH_ENI || e.reason() == Reason.WRONG_STATE && !isAttachingHere(eniId);
                if (!away) {
                    throw e;
                }
            }
            return true;
        });
    }

    private boolean isAttachingHere(String eniId) {
        return find(eniId)
                .filter(eni -> eni.state() == ModelEni.State.ATTACHING)
                .flatMap(ModelEni::attachment)
                .filter(at -> at.instanceId().equals(instance.id()))
                .isPresent();
    }

    @Override
    public void delete(String eniId) {
        ask("delete " + eniId, true, () -> {
            try {
                model.delete(eniId);
            } catch (Refused e) {
                if (e.reason() != Reason.NO_SUCH_ENI) {
                    throw e;
                }
            }
            return true;
        });
    }

    private <T> T ask(String what, boolean changes, Supplier<T> call) {
        requireOpen(what);
        try {
            return call.get();
        } catch (Refused e) {
            throw classify(what, changes, e);
        } catch (UncheckedIOException e) {
            throw new AmbiguousProviderException(
                    Refusal.UNAVAILABLE, "STATE_FILE", what + ": " + e.getMessage() + "; look at the disk", e);
        }
    }

    private static EniException classify(String what, boolean changes, Refused e) {
        String code = e.reason().name();
        String message = what + ": " + e.getMessage();
        return switch (e.reason()) {
            case THROTTLED -> new RetryableProviderException(Refusal.THROTTLED, code, message + "; slow down", e);
            case UNAVAILABLE -> new RetryableProviderException(Refusal.UNAVAILABLE, code, message + "; try again", e);
            case WRONG_STATE ->
                new RetryableProviderException(
                        Refusal.WRONG_STATE, code, message + "; wait for its state to change", e);
            case NUMBER_TAKEN -> new RetryableProviderException(Refusal.WRONG_STATE, code, message, e);
            case NO_SUCH_ENI ->
                new RetryableProviderException(Refusal.NOT_FOUND, code, message + ", or not yet; look again", e);
            case ANSWER_LOST ->
                changes
                        ? new AmbiguousProviderException(Refusal.UNAVAILABLE, code, message + "; look what happened", e)
                        : new RetryableProviderException(Refusal.UNAVAILABLE, code, message + "; ask again", e);
            case ENI_LIMIT ->
                new FatalProviderException(
                        Refusal.ENI_LIMIT, code, message + "; detach one or use a larger instance", e);
            case SUBNET_FULL ->
                new RetryableProviderException(Refusal.SUBNET_FULL, code, message + "; free some or add a subnet", e);
            case NO_SUCH_SUBNET -> new FatalProviderException(Refusal.OTHER, code, message + "; add one", e);
            case NO_SUCH_INSTANCE -> new FatalProviderException(Refusal.INSTANCE_GONE, code, message, e);
            case TOKEN_MISMATCH -> new FatalProviderException(Refusal.TOKEN_MISMATCH, code, message, e);
            case NOT_PERMITTED ->
                new FatalProviderException(Refusal.NOT_PERMITTED, code, message + "; check the credentials", e);
        };
    }

    private void requireOpen(String what) {
        if (closed.get()) {
            throw new ClosedException(what + ": this cloud is closed; make a new one");
        }
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            atClose.run();
        }
    }
}
