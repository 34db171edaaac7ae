// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.fake;

import io.enim.Cidr;
import io.enim.EniException;
import io.enim.InvalidRequestException;
import io.enim.SettingsException;
import io.enim.provider.EniProvider;
import io.enim.provider.EniProviderFactory;
import io.enim.provider.ProviderContext;
import io.enim.provider.ProviderSettings;
import io.enim.provider.fake.device.InMemoryDevices;
import io.enim.provider.fake.plug.CommandPlug;
import io.enim.provider.fake.plug.InMemoryPlug;
import io.enim.provider.fake.plug.VethPlug;
import io.enim.provider.fake.region.CloudRefusal;
import io.enim.provider.fake.region.Instance;
import io.enim.provider.fake.region.Latencies;
import io.enim.provider.fake.region.SimulatedEni;
import io.enim.provider.fake.region.SimulatedRegion;
import io.enim.provider.fake.region.SimulatedRegion.DevicePlug;
import io.enim.provider.fake.region.Subnet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The fake cloud as a provider, under the name {@code fake}: one subnet, one instance named after the node. */
public final class FakeProviderFactory implements EniProviderFactory {
    private static final String ZONE = "zone-a";

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public EniProvider create(ProviderContext context) {
        ProviderSettings settings = FakeSetting.read(context);
        int maxEnis = FakeSetting.MAX_ENIS.count(settings, 1_000_000);
        Instance instance = new Instance("i-" + context.ownerTag().node(), ZONE, maxEnis);
        SimulatedRegion model = new SimulatedRegion(context.clock())
                .addSubnet(subnet(settings))
                .addInstance(instance)
                .latencies(new Latencies(
                        FakeSetting.VISIBLE.millis(settings),
                        FakeSetting.ATTACH.millis(settings),
                        FakeSetting.DETACH.millis(settings)));
        List<SimulatedEni> restored = restoreEnis(model, settings);
        DevicePlug plug = plug(context, settings, instance, model, restored);
        model.plug(instance.id(), plug);
        plug.start();
        model.faults()
                .random(
                        FakeSetting.SEED.seed(settings),
                        FakeSetting.THROTTLE_RATE.rate(settings),
                        FakeSetting.FAIL_RATE.rate(settings),
                        FakeSetting.LOSE_RATE.rate(settings));
        FakeCloud cloud = new FakeCloud(model, context.ownerTag(), instance, plug::close);
        try {
            return context.pool(cloud);
        } catch (EniException e) {
            cloud.close();
            throw e;
        }
    }

    private static List<SimulatedEni> restoreEnis(SimulatedRegion model, ProviderSettings settings) {
        Optional<Path> path = FakeSetting.STATE_FILE.path(settings);
        if (path.isEmpty()) {
            return List.of();
        }
        FakeCloudState file = new FakeCloudState(path.get());
        List<SimulatedEni> restored = file.read();
        try {
            restored.forEach(model::restore);
        } catch (IllegalArgumentException | CloudRefusal e) {
            String rule = "a file of this subnet (" + e.getMessage()
                    + "); it is of another subnet: remove it or set the subnet it was";
            throw FakeSetting.STATE_FILE.refused(settings, path.get().toString(), rule, e);
        }
        model.resumeNumberingAfter(file.made()).journal(file::write);
        return restored;
    }

    private static Subnet subnet(ProviderSettings settings) {
        Optional<Cidr> ipv4 = block(FakeSetting.IPV4, settings);
        Optional<Cidr> ipv6 = block(FakeSetting.IPV6, settings);
        if (ipv4.isEmpty() && ipv6.isEmpty()) {
            throw FakeSetting.IPV4.refused(settings, "none", "a subnet has an IPv4 or an IPv6 block", null);
        }
        return new Subnet("subnet-" + ZONE, ZONE, ipv4, ipv6);
    }

    private static Optional<Cidr> block(FakeSetting setting, ProviderSettings settings) {
        String text = setting.text(settings);
        try {
            return text.equals("none") ? Optional.empty() : Optional.of(Cidr.parse(text));
        } catch (InvalidRequestException e) {
            throw setting.refused(settings, text, "a CIDR block, or none", e);
        }
    }

    private static DevicePlug plug(
            ProviderContext context,
            ProviderSettings settings,
            Instance instance,
            SimulatedRegion model,
            List<SimulatedEni> restored) {
        String plug = FakeSetting.PLUG.text(settings);
        return switch (plug) {
            case "memory" -> memoryPlug(context, restored);
            case "veth" ->
                new VethPlug(
                        "vpc-" + context.ownerTag().cluster() + "-"
                                + context.ownerTag().node(),
                        instance.id(),
                        subnet(settings),
                        model::enis,
                        context.devices(),
                        context.scheduler());
            case "command" -> new CommandPlug(command(settings), instance.id(), model::enis, context.scheduler());
            default -> throw FakeSetting.PLUG.refused(settings, plug, "memory, veth or command", null);
        };
    }

    private static String command(ProviderSettings settings) {
        return FakeSetting.PLUG_COMMAND
                .path(settings)
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                .map(Path::toString)
                .orElseThrow(() -> FakeSetting.PLUG_COMMAND.refused(
                        settings, FakeSetting.PLUG_COMMAND.text(settings), "an executable file", null));
    }

    private static DevicePlug memoryPlug(ProviderContext context, List<SimulatedEni> restored) {
        if (!(context.devices() instanceof InMemoryDevices devices)) {
            throw new SettingsException(
                    "enim.provider.fake.plug",
                    "memory needs devices in memory, but enim.devices chose "
                            + context.devices().getClass().getSimpleName() + "; set enim.devices=memory or plug=veth");
        }
        restored.stream()
                .filter(eni -> eni.state() == SimulatedEni.State.IN_USE)
                .map(SimulatedEni::mac)
                .filter(mac -> devices.whereIs(mac).isEmpty())
                .forEach(devices::plugIn);
        return new InMemoryPlug(devices);
    }
}
