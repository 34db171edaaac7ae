package io.enim.provider.fake.ec2;

import static io.enim.provider.fake.ec2.Ec2Error.refused;

import io.enim.provider.fake.ec2.Ec2Interface.Ending;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/** EC2's actions over the account: parameters in, XML out. */
final class Actions {
    private static final String VPC = "vpc-0standin";

    private final Account account;
    private final Pages pages = new Pages();

    Actions(Account account) {
        this.account = account;
    }

    /** The body of the answer. */
    String answer(Query query, String requestId) {
        return switch (query.action()) {
            case "DescribeNetworkInterfaces" -> interfaces(query, requestId);
            case "DescribeSubnets" -> subnets(query, requestId);
            case "DescribeInstances" -> instances(query, requestId);
            case "DescribeInstanceTypes" -> instanceTypes(query, requestId);
            case "CreateNetworkInterface" -> {
                Ec2Interface made = account.create(query);
                yield Xml.answer(query.action(), requestId, xml -> {
                    xml.group("networkInterface", item -> Answers.networkInterface(item, made, VPC));
                    xml.text("clientToken", query.text("ClientToken").orElse(""));
                });
            }
            case "AttachNetworkInterface" -> {
                Ec2Interface.Attachment made = account.attach(query);
                yield Xml.answer(
                        query.action(),
                        requestId,
                        xml -> xml.text("attachmentId", made.id()).text("networkCardIndex", made.card()));
            }
            case "ModifyNetworkInterfaceAttribute" -> done(query, requestId, () -> account.endWithInstance(query));
            case "DetachNetworkInterface" -> done(query, requestId, () -> account.detach(query));
            case "DeleteNetworkInterface" -> done(query, requestId, () -> account.delete(query));
            default ->
                throw refused("InvalidAction", "The action " + query.action() + " is not valid for this web service.");
        };
    }

    void pageSize(int most) {
        pages.size(most);
    }

    private static String done(Query query, String requestId, Runnable change) {
        change.run();
        return Xml.answer(query.action(), requestId, xml -> xml.text("return", true));
    }

    private String interfaces(Query query, String requestId) {
        List<Ec2Interface> found = filtered(query, account.visible(), Actions::value);
        Pages.Page<Ec2Interface> page = pages.of(query, found, Ec2Interface::id);
        return Xml.answer(query.action(), requestId, xml -> {
            xml.set("networkInterfaceSet", page.items(), (item, each) -> Answers.networkInterface(item, each, VPC));
            page.next().ifPresent(next -> xml.text("nextToken", next));
        });
    }

    private String subnets(Query query, String requestId) {
        List<Ec2Subnet> found = filtered(query, account.subnets(), Actions::value);
        Pages.Page<Ec2Subnet> page = pages.of(query, found, Ec2Subnet::id);
        return Xml.answer(query.action(), requestId, xml -> {
            xml.set(
                    "subnetSet",
                    page.items(),
                    (item, each) -> Answers.subnet(item, each, VPC, account.freeAddresses(each)));
            page.next().ifPresent(next -> xml.text("nextToken", next));
        });
    }

    private String instances(Query query, String requestId) {
        List<Ec2Instance> found = filtered(
                query,
                List.of(account.instance()),
                (each, name) -> name.equals("instance-id") ? Optional.of(each.id()) : Optional.empty());
        return Xml.answer(
                query.action(),
                requestId,
                xml -> xml.set("reservationSet", found, (item, each) -> {
                    item.text("reservationId", "r-0standin");
                    item.set(
                            "instancesSet",
                            List.of(each),
                            (one, host) ->
                                    Answers.instance(one, host, account.instanceState(), account.visible(), VPC));
                }));
    }

    private String instanceTypes(Query query, String requestId) {
        Ec2Instance instance = account.instance();
        if (!query.list("InstanceType").equals(List.of(instance.type()))) {
            throw refused(
                    "InvalidInstanceType",
                    "The following supplied instance types do not exist: " + query.list("InstanceType"));
        }
        return Xml.answer(
                query.action(), requestId, xml -> xml.set("instanceTypeSet", List.of(instance), Answers::instanceType));
    }

    private static <T> List<T> filtered(Query query, List<T> all, BiFunction<T, String, Optional<String>> value) {
        Map<String, List<String>> filters = query.filters();
        return all.stream()
                .filter(each -> filters.entrySet().stream()
                        .allMatch(filter -> value.apply(each, filter.getKey())
                                .filter(filter.getValue()::contains)
                                .isPresent()))
                .toList();
    }

    private static Optional<String> value(Ec2Interface each, String filter) {
        return switch (filter) {
            case "network-interface-id" -> Optional.of(each.id());
            case "attachment.instance-id" -> each.attachment().map(Ec2Interface.Attachment::instanceId);
            case "subnet-id" -> Optional.of(each.subnet().id());
            case "status" -> Optional.of(each.status());
            case "vpc-id" -> Optional.of(VPC);
            default -> tag(each.tags(), filter);
        };
    }

    private static Optional<String> value(Ec2Subnet each, String filter) {
        return switch (filter) {
            case "subnet-id" -> Optional.of(each.id());
            case "availability-zone" -> Optional.of(each.zone());
            case "vpc-id" -> Optional.of(VPC);
            default -> tag(each.tags(), filter);
        };
    }

    private static Optional<String> tag(Map<String, String> tags, String filter) {
        if (!filter.startsWith("tag:")) {
            throw refused("InvalidParameterValue", "The filter '" + filter + "' is invalid");
        }
        return Optional.ofNullable(tags.get(filter.substring("tag:".length())));
    }

    static boolean endsWithInstance(Ec2Interface.Attachment attachment) {
        return attachment.ending() == Ending.DELETED;
    }
}
