package io.enim.core.internal.allocator;

import io.enim.core.internal.allocator.AllocatorCall.Verb;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Locale;
import org.jetbrains.kotlinx.lincheck.Actor;
import org.jetbrains.kotlinx.lincheck.execution.ExecutionScenario;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;

/** The allocator's methods as Lincheck calls them, on two keys and two ENIs of which one is there at first. */
@Param(name = "key", gen = IntGen.class, conf = "0:1")
@Param(name = "eni", gen = IntGen.class, conf = "0:1")
public abstract class AllocatorScenario {
    static final int FREE = 1;

    /**
     * An answer as Lincheck sees it. It runs a failed interleaving again and expects the same answers; leases are new
     * objects then, so answers are the same if they read the same.
     */
    record Answer(Object value) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Answer answer && answer.toString().equals(toString());
        }

        @Override
        public int hashCode() {
            return toString().hashCode();
        }

        @Override
        public String toString() {
            return value.toString();
        }
    }

    private final AllocatorDriver driver;

    AllocatorScenario(EniAllocator<Integer, Integer> allocator) {
        driver = new AllocatorDriver(allocator, FREE);
    }

    /** The operation that a method of this class stands for. */
    static AllocatorCall ask(String method, List<Object> arguments) {
        return new AllocatorCall(verb(method), argument(arguments, 0), argument(arguments, 1));
    }

    /** A scenario: what is done before, then by each thread, then after. */
    static ExecutionScenario scenario(
            List<AllocatorCall> before, List<List<AllocatorCall>> threads, List<AllocatorCall> after) {
        return new ExecutionScenario(
                actors(before), threads.stream().map(AllocatorScenario::actors).toList(), actors(after), null);
    }

    private static List<Actor> actors(List<AllocatorCall> asks) {
        return asks.stream().map(AllocatorScenario::actor).toList();
    }

    private static Actor actor(AllocatorCall allocatorCall) {
        for (Method method : AllocatorScenario.class.getMethods()) {
            if (method.isAnnotationPresent(Operation.class) && verb(method.getName()) == allocatorCall.verb()) {
                return new Actor(
                        method,
                        List.<Object>of(allocatorCall.subject(), allocatorCall.key())
                                .subList(0, method.getParameterCount()));
            }
        }
        throw new IllegalArgumentException(allocatorCall + ": no method of this class stands for it");
    }

    private static Verb verb(String method) {
        return Verb.valueOf(method.replaceAll("([A-Z])", "_$1").toUpperCase(Locale.ROOT));
    }

    private static int argument(List<Object> arguments, int index) {
        return index < arguments.size() ? (Integer) arguments.get(index) : 0;
    }

    private Object ask(Verb verb, int first, int second) {
        return new Answer(driver.execute(new AllocatorCall(verb, first, second)));
    }

    @Operation
    public Object allocate(@Param(name = "key") int key) {
        return ask(Verb.ALLOCATE, key, 0);
    }

    @Operation
    public Object lease(@Param(name = "key") int key) {
        return ask(Verb.LEASE, key, 0);
    }

    @Operation
    public Object release(@Param(name = "key") int key) {
        return ask(Verb.RELEASE, key, 0);
    }

    @Operation
    public Object releaseToRest(@Param(name = "key") int key) {
        return ask(Verb.RELEASE_TO_REST, key, 0);
    }

    @Operation
    public Object releaseLease(@Param(name = "key") int key) {
        return ask(Verb.RELEASE_LEASE, key, 0);
    }

    @Operation
    public Object add(@Param(name = "eni") int eni) {
        return ask(Verb.ADD, eni, 0);
    }

    @Operation
    public Object addResting(@Param(name = "eni") int eni) {
        return ask(Verb.ADD_RESTING, eni, 0);
    }

    @Operation
    public Object reuse(@Param(name = "eni") int eni) {
        return ask(Verb.REUSE, eni, 0);
    }

    @Operation
    public Object retire(@Param(name = "eni") int eni) {
        return ask(Verb.RETIRE, eni, 0);
    }

    @Operation
    public Object quarantine(@Param(name = "eni") int eni) {
        return ask(Verb.QUARANTINE, eni, 0);
    }

    @Operation
    public Object reinstate(@Param(name = "eni") int eni) {
        return ask(Verb.REINSTATE, eni, 0);
    }

    @Operation
    public Object status(@Param(name = "eni") int eni) {
        return ask(Verb.STATUS, eni, 0);
    }

    @Operation
    public Object adopt(@Param(name = "eni") int eni, @Param(name = "key") int key) {
        return ask(Verb.ADOPT, eni, key);
    }

    @Operation
    public Object snapshot() {
        return ask(Verb.SNAPSHOT, 0, 0);
    }
}
