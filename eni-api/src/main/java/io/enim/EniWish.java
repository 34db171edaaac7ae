// SPDX-License-Identifier: Apache-2.0
package io.enim;

import static java.util.Objects.requireNonNull;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which ENI an endpoint is to get: the one with this id, this MAC and these addresses. A wish that names nothing fits every
 * ENI. Immutable.
 *
 * @param strength what happens when that ENI is not free
 * @param eniId the cloud's id
 * @param addresses addresses that the ENI has, each once; at most one of each family
 */
public record EniWish(
        Strength strength, Optional<String> eniId, Optional<MacAddress> mac, List<InetAddress> addresses) {
    /** What happens when the wished ENI is not free. */
    public enum Strength {
        /** Another one will do. */
        PREFERRED,
        /** No other one will do: the ADD fails, and says what became of the wished one, or waits for it if it was asked to wait. */
        REQUIRED
    }

    /** No wish: any ENI will do. */
    public static final EniWish NONE = preferred();

    public EniWish {
        requireNonNull(strength, "strength");
        requireNonNull(eniId, "eniId");
        requireNonNull(mac, "mac");
        addresses = addresses.stream().distinct().toList();
        if (eniId.filter(String::isBlank).isPresent()) {
            throw new InvalidRequestException("wish", eniId.get(), "an ENI has the id its cloud gave it");
        }
        long families = addresses.stream().map(Object::getClass).distinct().count();
        if (families < addresses.size()) {
            throw new InvalidRequestException(
                    "wish", text(addresses), "an ENI has one IPv4 and one IPv6 address at most; name one of each");
        }
    }

    /** A preference, which names nothing yet. */
    public static EniWish preferred() {
        return new EniWish(Strength.PREFERRED, Optional.empty(), Optional.empty(), List.of());
    }

    /** A requirement, which names nothing yet. */
    public static EniWish required() {
        return new EniWish(Strength.REQUIRED, Optional.empty(), Optional.empty(), List.of());
    }

    /** This wish for the ENI of this id. */
    public EniWish withEni(String id) {
        return new EniWish(strength, Optional.of(id), mac, addresses);
    }

    /** This wish for the ENI of this MAC. */
    public EniWish withMac(MacAddress wished) {
        return new EniWish(strength, eniId, Optional.of(wished), addresses);
    }

    /** This wish for an ENI that has this address too. */
    public EniWish withAddress(InetAddress address) {
        List<InetAddress> all = new ArrayList<>(addresses);
        all.add(requireNonNull(address, "address"));
        return new EniWish(strength, eniId, mac, all);
    }

    /** Whether it names nothing. */
    public boolean isEmpty() {
        return eniId.isEmpty() && mac.isEmpty() && addresses.isEmpty();
    }

    /** Whether no other ENI than the one it names will do. */
    public boolean isRequired() {
        return strength == Strength.REQUIRED && !isEmpty();
    }

    /** Whether the ENI has all that it names. */
    public boolean fits(Eni eni) {
        return eniId.filter(id -> !id.equals(eni.id())).isEmpty()
                && mac.filter(wished -> !wished.equals(eni.mac())).isEmpty()
                && addresses.stream().allMatch(address -> has(eni.ipv4(), address) || has(eni.ipv6(), address));
    }

    private static boolean has(Optional<EniAddress> of, InetAddress address) {
        return of.filter(assigned -> assigned.address().equals(address)).isPresent();
    }

    private static String text(List<InetAddress> addresses) {
        return addresses.stream().map(IpLiteral::format).collect(Collectors.joining(", "));
    }

    /** What it names: {@code eni-1, 02:00:5e:00:53:01, 10.0.3.7}; {@code any} when that is nothing. */
    @Override
    public String toString() {
        String named = Stream.of(eniId.stream(), mac.map(MacAddress::toString).stream(), Stream.of(text(addresses)))
                .flatMap(parts -> parts)
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining(", "));
        return named.isEmpty() ? "any" : PrintableText.of(named);
    }
}
