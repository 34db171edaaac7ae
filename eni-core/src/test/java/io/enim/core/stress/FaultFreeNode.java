package io.enim.core.stress;

import io.enim.AddRequest;
import io.enim.Assignment;
import io.enim.Endpoint;
import io.enim.EniManager;
import io.enim.EniSetting;
import io.enim.EniWish;
import io.enim.InvalidRequestException;
import io.enim.NoEniAvailableException;
import io.enim.SupersededException;
import io.enim.core.TestNode;
import io.enim.provider.fake.region.SimulatedRegion;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A node on which nothing goes wrong, asked by {@link ManagerCall}s about the lives of one pod. Safe for concurrent use. */
final class FaultFreeNode implements AutoCloseable {
    static final int LIVES = 3;
    static final int ENIS = 2;

    private final TestNode node;
    private final EniManager manager;
    private final List<Path> sandboxes;

    FaultFreeNode(SeededManagerBug seededManagerBug) {
        node = new TestNode(ENIS)
                .set(EniSetting.ADD_TIMEOUT, "5m")
                .set(EniSetting.DEL_TIMEOUT, "5m")
                .aroundProvider(seededManagerBug::around)
                .aroundDevices(seededManagerBug::around);
        manager = seededManagerBug.around(node.startWarm(ENIS), node.devices());
        sandboxes = Stream.of("life0", "life1", "life2").map(node::sandbox).toList();
    }

    private static Endpoint endpoint(int life) {
        return Endpoint.of("calm", "pod", "life" + life);
    }

    String call(ManagerCall managerCall) {
        Endpoint endpoint = endpoint(managerCall.life());
        return switch (managerCall.verb()) {
            case ADD -> add(endpoint, sandboxes.get(managerCall.life()), EniWish.NONE);
            case REQUIRE -> add(endpoint, sandboxes.get(managerCall.life()), wish(managerCall.required(ENIS)));
            case DEL -> {
                manager.del(endpoint);
                yield ManagerModel.OK;
            }
            case CHECK -> manager.check(endpoint).isOk() ? ManagerModel.OK : ManagerModel.NONE;
            case LIST -> listAssignments();
        };
    }

    private EniWish wish(int number) {
        return EniWish.required()
                .withEni(manager.enis().stream()
                        .filter(eni -> SimulatedRegion.serial(eni.mac()) == number)
                        .findFirst()
                        .orElseThrow()
                        .id());
    }

    private String add(Endpoint endpoint, Path sandbox, EniWish wish) {
        try {
            return number(manager.add(
                    AddRequest.forEndpoint(endpoint).netns(sandbox).wish(wish).build()));
        } catch (NoEniAvailableException e) {
            return ManagerModel.NONE;
        } catch (InvalidRequestException e) {
            return ManagerModel.ANOTHER;
        } catch (SupersededException e) {
            return ManagerModel.SUPERSEDED;
        }
    }

    private static String number(Assignment assignment) {
        return Long.toString(SimulatedRegion.serial(assignment.eni().mac()));
    }

    private String listAssignments() {
        Map<Integer, String> holders = new TreeMap<>();
        for (Assignment assignment : manager.assignments()) {
            IntStream.range(0, LIVES)
                    .filter(life -> endpoint(life).equals(assignment.endpoint()))
                    .forEach(life -> holders.put(life, number(assignment)));
        }
        return holders.toString();
    }

    /** As it was at first. */
    void reset() {
        for (int life = 0; life < LIVES; life++) {
            node.current().del(endpoint(life));
        }
        node.awaitFree(node.current(), ENIS);
    }

    @Override
    public void close() {
        node.delete();
    }
}
