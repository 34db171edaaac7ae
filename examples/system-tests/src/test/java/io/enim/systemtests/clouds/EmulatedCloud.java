package io.enim.systemtests.clouds;

import io.enim.Cidr;
import io.enim.emulator.bce.AnswerLoss;
import io.enim.emulator.bce.BceEmulator;
import io.enim.emulator.bce.CallFailure;
import io.enim.emulator.ec2.Ec2Emulator;
import io.enim.emulator.ec2.WireFault;
import io.enim.provider.fake.region.Instance;
import io.enim.provider.fake.region.Latencies;
import io.enim.provider.fake.region.SimulatedRegion;
import io.enim.provider.fake.region.Subnet;
import io.enim.testing.ManualClock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/** A vendor's cloud with its real wire, in time that the test moves. */
final class EmulatedCloud implements AutoCloseable {
    /** How many ENIs an instance takes, besides its own interface. */
    private static final int LIMIT = 8;

    private static final Latencies SLOW =
            new Latencies(Duration.ofSeconds(3), Duration.ofSeconds(2), Duration.ofSeconds(4));
    private static final Map<String, String> AWS_KEYS =
            Map.of("aws.accessKeyId", Ec2Emulator.ACCESS_KEY_ID, "aws.secretAccessKey", Ec2Emulator.SECRET);

    final ManualClock clock = new ManualClock();
    final SimulatedRegion model = new SimulatedRegion(clock).latencies(SLOW);
    final String provider;
    final String instanceId;
    /** The provider's own settings. */
    final Map<String, String> settings = new HashMap<>(Map.of("call-timeout", "120s"));

    private Supplier<List<String>> requests = List::of;
    private LongConsumer storm = seed -> {};
    private Runnable calm = () -> {};
    private Runnable end = () -> {};

    /** Two subnets, of which the first is the smallest block that leaves some addresses, and the instance. */
    private EmulatedCloud(String provider, String instanceId, String zone, String first, String second) {
        this.provider = provider;
        this.instanceId = instanceId;
        Optional<Cidr> ipv6 = Optional.of(Cidr.parse("2001:db8:2::/64"));
        model.addSubnet(new Subnet(first, zone, Optional.of(Cidr.parse("10.0.1.0/29")), Optional.empty()))
                .addSubnet(new Subnet(second, zone, Optional.of(Cidr.parse("10.0.2.0/24")), ipv6))
                .addInstance(new Instance(instanceId, zone, LIMIT));
        settings.put("instance-id", instanceId);
        settings.put("subnets", first + "," + second);
    }

    /** A cloud by the name of its provider. */
    static EmulatedCloud of(String provider) {
        return provider.equals("aws") ? aws() : bce();
    }

    private static EmulatedCloud aws() {
        String zone = Ec2Emulator.REGION + "a";
        EmulatedCloud cloud = new EmulatedCloud("aws", "i-0a1b2c3d", zone, "subnet-1", "subnet-2");
        Ec2Emulator ec2 = new Ec2Emulator(cloud.model);
        AWS_KEYS.forEach(System::setProperty);
        cloud.settings.put("region", Ec2Emulator.REGION);
        cloud.settings.put("zone", zone);
        cloud.settings.put("endpoint", ec2.endpoint().toString());
        cloud.requests = ec2::requests;
        cloud.storm = seed -> {
            ec2.onHeld(Thread.currentThread()::interrupt);
            cloud.model.faults().random(seed, 0.1, 0.05, 0.05);
            EnumSet<WireFault> faults = EnumSet.complementOf(EnumSet.of(WireFault.NONE));
            ec2.injectRandomly(seed, 0.15, faults.toArray(WireFault[]::new));
        };
        cloud.calm = () -> ec2.injectRandomly(0, 0);
        cloud.end = () -> {
            AWS_KEYS.keySet().forEach(System::clearProperty);
            ec2.close();
        };
        return cloud;
    }

    private static EmulatedCloud bce() {
        EmulatedCloud cloud = new EmulatedCloud("bce", "i-emulated", "cn-bj-a", "sbn-1", "sbn-2");
        BceEmulator bce = new BceEmulator(cloud.model);
        cloud.settings.put("vpc-id", BceEmulator.VPC);
        cloud.settings.put("zone", "zoneA");
        cloud.settings.put("security-groups", "g-1");
        cloud.settings.put("metadata", "off");
        cloud.settings.put("endpoint", bce.endpoint().toString());
        cloud.settings.put("access-key-id", BceEmulator.ACCESS_KEY_ID);
        cloud.settings.put("secret-access-key", BceEmulator.SECRET);
        cloud.requests = bce::requests;
        cloud.storm = seed -> {
            bce.onHeld(Thread.currentThread()::interrupt);
            bce.loseAnswersBy(AnswerLoss.values()).failCallsBy(CallFailure.values());
            cloud.model.faults().random(seed, 0.1, 0.1, 0.1);
        };
        cloud.end = bce::close;
        return cloud;
    }

    /** All requests so far. */
    List<String> requests() {
        return requests.get();
    }

    /**
     * From now on requests are throttled, fail and get lost in every way, by chance. This thread is interrupted when its
     * answer never comes: a short deadline would end calls by the machine's speed, and leave requests that come late.
     */
    void storm(long seed) {
        storm.accept(seed);
    }

    /** Ends the storm. */
    void calm() {
        model.faults().none();
        calm.run();
    }

    @Override
    public void close() {
        end.run();
    }
}
