package io.enim.provider.tck;

import io.enim.EniAddress;
import io.enim.FatalProviderException;
import io.enim.MacAddress;
import io.enim.ProviderException;
import io.enim.ProviderException.Refusal;
import io.enim.RetryableProviderException;
import io.enim.provider.CloudEni;
import io.enim.provider.CloudEni.Status;
import io.enim.provider.CreateRequest;
import io.enim.provider.NodeIdentity;
import io.enim.provider.NodeLimits;
import io.enim.provider.tck.FaultInjector.Fault;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The plain cloud, and clouds that differ from it in one thing, which breaks one rule: by name, in a table. */
final class BadClouds {
    /**
     * One of them.
     *
     * @param faults what goes wrong with its calls
     * @param injectsFaults whether the kit may make calls fail
     * @param change what an adapter does otherwise; each has state of its own
     */
    record BadCloud(
            List<String> rules, Supplier<ScriptedFaults> faults, boolean injectsFaults, Consumer<PlainCloud> change) {}

    static final Map<String, BadCloud> ALL = new BadClouds().byName;

    private final Map<String, BadCloud> byName = new TreeMap<>();

    private BadClouds() {
        byName.put(SmallKitsTest.PLAIN, new BadCloud(List.of(), ScriptedFaults::new, true, cloud -> {}));
        answers();
        changes();
        errors();
    }

    private void add(String rule, String name, Consumer<PlainCloud> change) {
        byName.put(name, new BadCloud(List.of(rule), ScriptedFaults::new, false, change));
    }

    /** One whose calls go wrong in a way of its own. */
    private void failing(String rule, String name, Supplier<ScriptedFaults> faults) {
        byName.put(name, new BadCloud(List.of(rule), faults, true, cloud -> {}));
    }

    private void reporting(String rule, String name, Fault fault, ProviderException error) {
        failing(rule, name, () -> ScriptedFaults.reporting(fault, error));
    }

    private void answers() {
        add("node", "changing identity", cloud -> {
            AtomicInteger asked = new AtomicInteger();
            // As while a metadata service warms up.
            cloud.node = known ->
                    asked.getAndIncrement() == 0 && cloud.describe().isEmpty() ? new NodeIdentity("i-0", "a") : known;
        });
        add("cld01", "first page only", cloud -> {
            cloud.described = enis -> enis.stream().limit(4).toList();
        });
        add("cld02", "describes every owner tag", cloud -> cloud.isOurs = eni -> true);
        add("cld02", "takes ENIs of others for free ones", cloud -> {
            cloud.read = eni -> eni.ownerTag().equals(Optional.of(cloud.ownerTag)) ? eni : withoutOwnerTag(eni);
        });
        add("cld02", "offers the first interface", cloud -> {
            cloud.described = enis ->
                    Stream.concat(enis.stream(), Stream.of(firstInterface())).toList();
        });
        add("cld03", "an unknown status fails", cloud -> {
            cloud.read = eni -> {
                Status.valueOf(cloud.backend.unknownStatusOf.equals(eni.id()) ? "THINKING" : "OTHER");
                return eni;
            };
        });
        // With the instance's own interface, which ENIM cannot have.
        add("cld04", "the limit of the instance type", cloud -> {
            cloud.limits = limits -> new NodeLimits(limits.maxEnis() + 1);
        });
        add("cld04", "the limit of what is left", cloud -> {
            cloud.limits = limits -> {
                synchronized (cloud.backend) {
                    return new NodeLimits(limits.maxEnis() - cloud.numbers().size());
                }
            };
        });
        add("cld11", "tagged late", cloud -> {
            Set<String> seen = new HashSet<>();
            cloud.read = eni -> seen.add(eni.id()) ? withoutOwnerTag(eni) : eni;
        });
        add("cld12", "vanishing", cloud -> {
            AtomicInteger describes = new AtomicInteger();
            cloud.described = enis -> describes.incrementAndGet() == 15 ? List.of() : enis;
        });
        MacAddress one = MacAddress.parse("02:00:00:00:00:01");
        add("eni", "one MAC for all", cloud -> {
            cloud.read = eni -> PlainCloud.copy(eni, eni.status(), one, eni.number(), eni.instanceId(), eni.ownerTag());
        });
    }

    private static CloudEni withoutOwnerTag(CloudEni eni) {
        return PlainCloud.copy(eni, eni.status(), eni.mac(), eni.number(), eni.instanceId(), Optional.empty());
    }

    private static CloudEni firstInterface() {
        return new CloudEni(
                PlainCloud.FIRST_INTERFACE,
                Status.ATTACHED,
                MacAddress.parse("02:00:00:00:ff:ff"),
                Optional.of(EniAddress.parse("10.0.0.250", "10.0.0.0/24", "10.0.0.1")),
                Optional.empty(),
                "subnet-1",
                0,
                Optional.of("i-1"),
                Optional.empty(),
                Optional.empty());
    }

    private void changes() {
        add("cld10", "forgotten token", cloud -> {
            cloud.creating = request -> new CreateRequest(CloudTestClient.token(), request.ownerTag());
        });
        add("cld10", "tokens in memory", cloud -> {
            Map<String, String> known = new ConcurrentHashMap<>();
            cloud.creating = request -> new CreateRequest(
                    known.computeIfAbsent(request.token(), token -> CloudTestClient.token()), request.ownerTag());
        });
        add("cld10", "one request for all", cloud -> {
            AtomicReference<CreateRequest> filledIn = new AtomicReference<>();
            cloud.creating = request -> {
                filledIn.set(request);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
                return filledIn.get();
            };
        });
        add("cld12", "describes deleted ENIs again", cloud -> {
            List<CloudEni> deleted = new CopyOnWriteArrayList<>();
            AtomicInteger describes = new AtomicInteger();
            cloud.described = enis -> describes.incrementAndGet() % 7 == 0
                    ? Stream.concat(enis.stream(), deleted.stream()).toList()
                    : enis;
            cloud.deleting =
                    id -> Optional.ofNullable(cloud.backend.enis.get(id)).ifPresent(deleted::add);
        });
        add("cld20", "attach twice fails", cloud -> {
            cloud.attaching = id -> {
                if (cloud.describe().stream().anyMatch(eni -> eni.id().equals(id) && eni.isAttachedTo("i-1"))) {
                    throw new FatalProviderException(Refusal.WRONG_STATE, "", "attach " + id + ": is attached");
                }
            };
        });
        add("attach", "one number for all", cloud -> cloud.numbered = number -> Math.min(1, number));
        add("cld21", "no limit", cloud -> cloud.limit = 100);
        add("cld30", "detach of what is gone fails", cloud -> {
            cloud.detaching = id -> {
                if (!id.startsWith("eni-kit")) {
                    requireExists(cloud, id);
                }
            };
        });
        add("cld31", "delete of what is gone fails", cloud -> cloud.deleting = id -> requireExists(cloud, id));
        add("cld32", "delete detaches", cloud -> cloud.deleting = cloud::detach);
    }

    private static void requireExists(PlainCloud cloud, String id) {
        if (!cloud.backend.enis.containsKey(id)) {
            throw new FatalProviderException(Refusal.NOT_FOUND, "", id + ": is gone");
        }
    }

    private void errors() {
        ProviderException fatal = new FatalProviderException(Refusal.OTHER, "", "HTTP 400");
        ProviderException retryable = new RetryableProviderException(Refusal.UNAVAILABLE, "", "HTTP 403, or reset");
        reporting("cld40", "throttling is fatal", Fault.THROTTLE, fatal);
        reporting("cld40", "a missing permission is retried", Fault.FORBID, retryable);
        // Says that the call had no effect, which only the cloud knows.
        reporting("cld40", "lost answers are failures", Fault.LOSE_ANSWER, retryable);
        add("cld41", "lost interrupt", cloud -> cloud.described = enis -> Thread.interrupted() ? List.of() : enis);
        failing("cld41", "lost interrupt in attach", () -> new ScriptedFaults() {
            @Override
            void interrupted(String method) {
                if (method.equals("attach")) {
                    throw error(Fault.HANG, method);
                }
                super.interrupted(method);
            }
        });
        reporting("cld41", "an interrupt is fatal", Fault.HANG, fatal);
        for (String method : List.of("describe", "create", "delete")) {
            failing("cld41", "ignores interrupts in " + method, () -> ScriptedFaults.ignoringInterruptsIn(method));
        }
        add("cld42", "works after close", cloud -> cloud.closing = () -> {});
        add("cld42", "second close fails", cloud -> {
            cloud.closing = () -> {
                cloud.requireOpen();
                cloud.closed = true;
            };
        });
        add("cld42", "leaks a thread", cloud -> LeakedThreads.start());
        add("cld42", "leaks a thread in create", cloud -> {
            cloud.creating = request -> {
                LeakedThreads.start();
                return request;
            };
        });
        failing("cld42", "leaks a thread when interrupted", () -> new ScriptedFaults() {
            @Override
            void interrupted(String method) {
                LeakedThreads.start();
                super.interrupted(method);
            }
        });
    }
}
