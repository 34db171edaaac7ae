package io.enim.provider.fake.ec2;

import java.util.List;

/**
 * The instance a test runs "on".
 *
 * @param id its id
 * @param type its type
 * @param zone its zone
 * @param interfacesPerCard how many interfaces each network card takes; the first one's include the instance's own
 */
public record Ec2Instance(String id, String type, String zone, List<Integer> interfacesPerCard) {
    public Ec2Instance {
        interfacesPerCard = List.copyOf(interfacesPerCard);
    }

    /** An instance with one card. */
    public static Ec2Instance of(String id, String zone, int interfaces) {
        return new Ec2Instance(id, "m5.large", zone, List.of(interfaces));
    }

    int maximum() {
        return interfacesPerCard.stream().mapToInt(Integer::intValue).sum();
    }
}
