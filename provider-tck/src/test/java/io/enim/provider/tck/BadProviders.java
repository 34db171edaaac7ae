package io.enim.provider.tck;

import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniState;
import io.enim.EniWish;
import io.enim.FatalProviderException;
import io.enim.MacAddress;
import io.enim.NoEniAvailableException;
import io.enim.ProviderException.Refusal;
import io.enim.provider.EniProvider;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The plain provider, and providers that differ from it in one thing, which breaks one rule: by name, in a table. */
final class BadProviders {
    interface Factory {
        PlainProvider create(Map<Endpoint, String> held, ScriptedFaults faults);
    }

    /**
     * One of them.
     *
     * @param rules the tests that fail
     * @param faults what goes wrong with its calls; empty when the kit cannot make calls fail
     * @param factories makes, for each test, what makes the provider before and after a restart
     */
    record BadProvider(List<String> rules, Optional<Supplier<ScriptedFaults>> faults, Supplier<Factory> factories) {}

    static final Map<String, BadProvider> ALL = new BadProviders().byName;

    private final Map<String, BadProvider> byName = new TreeMap<>();

    private BadProviders() {
        byName.put(
                SmallKitsTest.PLAIN,
                new BadProvider(List.of(), Optional.of(ScriptedFaults::new), () -> PlainProvider::new));
        list();
        allocate();
        race();
        wish();
        release();
        takeBack();
        end();
    }

    private void addFactory(String rule, String name, Factory factory) {
        byName.put(name, new BadProvider(List.of(rule.split(",")), Optional.empty(), () -> factory));
    }

    private void add(String rule, String name, Consumer<PlainProvider> change) {
        addFactory(rule, name, (held, faults) -> {
            PlainProvider provider = new PlainProvider(held, faults);
            change.accept(provider);
            return provider;
        });
    }

    private void list() {
        add("prv01", "forgets held ENIs in the list", provider -> {
            provider.listed =
                    list -> list.stream().filter(eni -> eni.holder().isEmpty()).toList();
        });
        add("prv02", "names one twice", provider -> {
            provider.listed =
                    list -> Stream.concat(list.stream(), list.stream().limit(1)).toList();
        });
        add("prv10", "another MAC", provider -> {
            AtomicBoolean answered = new AtomicBoolean();
            provider.allocating = endpoint -> answered.set(true);
            // Before the first answer the list knows no MACs yet and makes them up.
            provider.listed = list -> answered.get()
                    ? list
                    : list.stream().map(BadProviders::guessed).toList();
        });
    }

    private static Eni guessed(Eni eni) {
        MacAddress mac = new MacAddress(eni.mac().bits() + 0x100);
        return new Eni(
                eni.id(),
                mac,
                eni.ipv4(),
                eni.ipv6(),
                eni.subnetId(),
                eni.number(),
                eni.state(),
                eni.holder(),
                eni.reason());
    }

    private void allocate() {
        add("prv11", "another ENI when asked again", provider -> {
            provider.allocating = endpoint -> {
                provider.heldBy(endpoint).ifPresent(eni -> {
                    provider.deallocateEni(endpoint);
                    provider.allocateNow(Endpoint.of("bad", "blocker" + eni.id()));
                });
            };
        });
        addFactory("prv11", "forgets holders at a restart", (held, faults) -> new PlainProvider(Map.of(), faults));
        // What a lost race answers, whatever the timing: a thread that never asked before gets what the first got.
        add("prv12", "double allocation", provider -> {
            AtomicReference<Thread> first = new AtomicReference<>();
            AtomicReference<Eni> shared = new AtomicReference<>();
            provider.allocated = (endpoint, eni) -> {
                first.compareAndSet(null, Thread.currentThread());
                shared.compareAndSet(null, eni);
                return first.get().equals(Thread.currentThread())
                        ? eni
                        : shared.get().heldBy(endpoint);
            };
        });
        add("prv13", "blocks when none is free", provider -> {
            provider.none = endpoint -> {
                provider.faults.outlastsTheLimit();
                LeakedThreads.block();
                return new NoEniAvailableException(endpoint, Map.of(), Duration.ZERO);
            };
        });
        Map<EniState, Integer> wrong = Map.of(EniState.READY, 1, EniState.IN_USE, PlainProvider.ENIS - 1);
        add("prv13", "wrong counts", provider -> {
            provider.none = endpoint -> new NoEniAvailableException(endpoint, wrong, Duration.ZERO);
        });
    }

    private void race() {
        // Sees what is free, and says none when all of that is taken by then; others came free meanwhile.
        add("prv14", "none of those it saw", provider -> {
            AtomicInteger turn = new AtomicInteger();
            provider.allocating = endpoint -> {
                Set<String> free = EniProviderKit.free(provider.list());
                if (turn.incrementAndGet() % 3 == 0) {
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
                }
                boolean isOneLeft = free.isEmpty()
                        || EniProviderKit.free(provider.list()).stream().anyMatch(free::contains)
                        || provider.heldBy(endpoint).isPresent();
                if (!isOneLeft) {
                    throw provider.none.apply(endpoint);
                }
            };
        });
        // Sees the holder, and frees that ENI later, also when it has another by then: two holders, and no order
        // explains them.
        addFactory("prv12,prv14", "late release", (held, faults) -> new PlainProvider(held, faults) {
            @Override
            public void deallocateEni(Endpoint endpoint) {
                Optional<Eni> seen = heldBy(endpoint);
                super.deallocateEni(endpoint);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
                synchronized (this) {
                    seen.ifPresent(eni -> enis.put(eni.id(), eni.ready()));
                }
            }
        });
    }

    private void wish() {
        // Not bad: one from before wishes. It assigns what it chooses, and refuses requirements.
        byName.put(
                "assigns what it chooses",
                new BadProvider(
                        List.of(),
                        Optional.empty(),
                        () -> (held, faults) -> new PlainProvider(held, faults) {
                            @Override
                            public Eni allocateEni(Endpoint endpoint, EniWish wish) {
                                return withoutWishes(this, endpoint, wish);
                            }
                        }));
        addFactory("prv15", "assigns another than required", (held, faults) -> new PlainProvider(held, faults) {
            @Override
            public Eni allocateEni(Endpoint endpoint, EniWish wish) {
                return allocateNow(endpoint);
            }
        });
        addFactory("prv15", "takes a preference for a requirement", (held, faults) -> new PlainProvider(held, faults) {
            @Override
            public Eni allocateEni(Endpoint endpoint, EniWish wish) {
                EniWish required = EniWish.required().withEni(wish.eniId().orElse("eni-of-none"));
                return super.allocateEni(endpoint, wish.eniId().isPresent() ? required : wish);
            }
        });
        addFactory("prv15", "does not say which endpoint holds it", (held, faults) -> new PlainProvider(held, faults) {
            @Override
            public Eni allocateEni(Endpoint endpoint, EniWish wish) {
                try {
                    return super.allocateEni(endpoint, wish);
                } catch (NoEniAvailableException e) {
                    throw none.apply(endpoint);
                }
            }
        });
        addFactory(
                "prv14,prv15", "gives up what it holds for a wish", (held, faults) -> new PlainProvider(held, faults) {
                    @Override
                    public synchronized Eni allocateEni(Endpoint endpoint, EniWish wish) {
                        deallocateEni(endpoint);
                        return super.allocateEni(endpoint, wish);
                    }
                });
        addFactory("prv15", "knows no address", (held, faults) -> new PlainProvider(held, faults) {
            @Override
            public Eni allocateEni(Endpoint endpoint, EniWish wish) {
                return super.allocateEni(endpoint, new EniWish(wish.strength(), wish.eniId(), wish.mac(), List.of()));
            }
        });
        // Sees that it is free, and takes it later, when another endpoint has it.
        addFactory("prv14,prv15", "late grant of a wish", (held, faults) -> new PlainProvider(held, faults) {
            @Override
            public Eni allocateEni(Endpoint endpoint, EniWish wish) {
                Optional<Eni> free = list().stream()
                        .filter(eni -> wish.fits(eni) && eni.state() == EniState.READY)
                        .findFirst();
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
                return free.isPresent() && heldBy(endpoint).isEmpty()
                        ? take(free.get(), endpoint)
                        : super.allocateEni(endpoint, wish);
            }
        });
    }

    /** The contract's own default. */
    private static Eni withoutWishes(PlainProvider provider, Endpoint endpoint, EniWish wish) {
        EniProvider old = new EniProvider() {
            @Override
            public List<Eni> list() {
                return provider.list();
            }

            @Override
            public Eni allocateNextEni(Endpoint next) {
                return provider.allocateNextEni(next);
            }

            @Override
            public void deallocateEni(Endpoint holder) {
                provider.deallocateEni(holder);
            }

            @Override
            public void close() {
                provider.close();
            }
        };
        return old.allocateEni(endpoint, wish);
    }

    private void release() {
        addFactory("prv20", "keeps what is given back", (held, faults) -> new PlainProvider(held, faults) {
            @Override
            public void deallocateEni(Endpoint endpoint) {
                list();
            }
        });
        byName.put("remembers earlier holders", new BadProvider(List.of("prv20"), Optional.empty(), () -> {
            Map<Endpoint, String> ever = new ConcurrentHashMap<>();
            return (held, faults) -> {
                Map<Endpoint, String> known = new HashMap<>(ever);
                known.putAll(held);
                PlainProvider provider = new PlainProvider(known, faults);
                provider.allocated = (endpoint, eni) -> {
                    ever.put(endpoint, eni.id());
                    return eni;
                };
                return provider;
            };
        }));
        addFactory("prv21", "second release fails", (held, faults) -> new PlainProvider(held, faults) {
            private final Set<Endpoint> released = new HashSet<>();

            @Override
            public synchronized void deallocateEni(Endpoint endpoint) {
                super.deallocateEni(endpoint);
                if (!released.add(endpoint)) {
                    throw new FatalProviderException(Refusal.NOT_FOUND, "", endpoint + " holds nothing");
                }
            }
        });
        addFactory("prv22", "frees another container's ENI", (held, faults) -> new PlainProvider(held, faults) {
            @Override
            public synchronized void deallocateEni(Endpoint endpoint) {
                list().stream()
                        .flatMap(eni -> eni.holder().stream())
                        .filter(holder -> holder.isNamed(endpoint.namespace(), endpoint.name()))
                        .forEach(super::deallocateEni);
            }
        });
        addFactory("prv23", "calls what it holds lost", (held, faults) -> new PlainProvider(held, faults) {
            @Override
            public Optional<String> lossEvidence(Endpoint endpoint) {
                return heldBy(endpoint).map(eni -> "the cloud was slow to show " + eni.id());
            }
        });
    }

    private void takeBack() {
        addFactory("prv25", "offers a faulty ENI at once", (held, faults) -> new PlainProvider(held, faults) {
            @Override
            public boolean takeBack(Endpoint endpoint, Optional<String> fault) {
                return super.takeBack(endpoint, Optional.empty());
            }
        });
        addFactory("prv25", "assigns first what did not fit", (held, faults) -> new PlainProvider(held, faults) {
            @Override
            public boolean takeBack(Endpoint endpoint, Optional<String> fault) {
                if (fault.isPresent()) {
                    return super.takeBack(endpoint, fault);
                }
                deallocateEni(endpoint);
                return true;
            }
        });
        addFactory("prv25", "says that it cannot, and takes back", (held, faults) -> new PlainProvider(held, faults) {
            @Override
            public boolean takeBack(Endpoint endpoint, Optional<String> fault) {
                super.takeBack(endpoint, fault);
                return false;
            }
        });
        addFactory("prv25", "says that it takes back, and does not", (held, faults) -> new PlainProvider(held, faults) {
            @Override
            public boolean takeBack(Endpoint endpoint, Optional<String> fault) {
                return true;
            }
        });
    }

    private void end() {
        add("prv30", "lost interrupt", provider -> provider.allocating = endpoint -> Thread.interrupted());
        byName.put(
                "ignores interrupts",
                new BadProvider(
                        List.of("prv30"),
                        Optional.of(() -> ScriptedFaults.ignoringInterruptsIn("allocateNextEni")),
                        () -> PlainProvider::new));
        add("prv31", "works after close", provider -> provider.closing = () -> {});
        add("prv31", "second close fails", provider -> {
            provider.closing = () -> {
                provider.requireOpen();
                provider.closed = true;
            };
        });
        add("prv31", "leaks a thread", provider -> LeakedThreads.start());
    }
}
