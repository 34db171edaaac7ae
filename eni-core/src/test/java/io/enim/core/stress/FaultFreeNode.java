package io.enim.core.stress;

import io.enim.AddRequest;
import io.enim.Endpoint;
import io.enim.EniManager;
import io.enim.EniSetting;
import io.enim.MacAddress;
import io.enim.NoEniAvailableException;
import io.enim.SupersededException;
import io.enim.core.TestNode;
import io.enim.provider.fake.model.CloudModel;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** A node on which nothing goes wrong, asked by {@link Call}s about the lives of one pod. Safe for concurrent use. */
final class CalmNode implements AutoCloseable {
    static final int LIVES = 3;
    static final int ENIS = 2;

    private final Scratch scratch = Scratch.make();
    private final TestNode node;
    private final EniManager manager;
    private final Path[] sandboxes = new Path[LIVES];

    CalmNode(Flaw flaw) {
        node = new TestNode(scratch.directory(), ENIS)
                .set(EniSetting.ADD_TIMEOUT, "5m")
                .set(EniSetting.DEL_TIMEOUT, "5m")
                .aroundProvider(flaw::provider)
                .aroundDevices(flaw::devices);
        manager = flaw.manager(node.startWarm(ENIS), node.devices());
        for (int life = 0; life < LIVES; life++) {
            sandboxes[life] = node.sandbox("life" + life);
        }
    }

    private static Endpoint endpoint(int life) {
        return Endpoint.of("calm", "pod", "life" + life);
    }

    String ask(Call call) {
        Endpoint endpoint = endpoint(call.life());
        return switch (call.verb()) {
            case ADD -> add(endpoint, sandboxes[call.life()]);
            case DEL -> {
                manager.del(endpoint);
                yield ManagerModel.OK;
            }
            case CHECK -> manager.check(endpoint).isOk() ? ManagerModel.OK : ManagerModel.NONE;
            case LOOK -> look();
        };
    }

    private String add(Endpoint endpoint, Path sandbox) {
        try {
            return number(
                    manager.add(AddRequest.forEndpoint(endpoint).netns(sandbox).build())
                            .eni()
                            .mac());
        } catch (NoEniAvailableException e) {
            return ManagerModel.NONE;
        } catch (SupersededException e) {
            return ManagerModel.SUPERSEDED;
        }
    }

    private static String number(MacAddress mac) {
        return Long.toString(CloudModel.serial(mac));
    }

    private String look() {
        Map<Integer, String> holders = new TreeMap<>();
        manager.assignments()
                .forEach(assignment -> IntStream.range(0, LIVES)
                        .filter(life -> endpoint(life).equals(assignment.endpoint()))
                        .forEach(life ->
                                holders.put(life, number(assignment.eni().mac()))));
        return holders.toString();
    }

    /** As it was at first. */
    void reset() {
        for (int life = 0; life < LIVES; life++) {
            node.current().del(endpoint(life));
        }
    }

    @Override
    public void close() {
        node.close();
        scratch.close();
    }
}
