// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.aws;

import io.enim.provider.support.CloudRequest;
import io.enim.provider.support.CredentialsException;
import io.enim.provider.support.ProviderErrors;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.CreateNetworkInterfaceRequest;
import software.amazon.awssdk.services.ec2.model.DescribeInstancesResponse;
import software.amazon.awssdk.services.ec2.model.DescribeNetworkInterfacesResponse;
import software.amazon.awssdk.services.ec2.model.DescribeSubnetsResponse;
import software.amazon.awssdk.services.ec2.model.Ec2Response;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.ec2.model.InstanceTypeInfo;
import software.amazon.awssdk.services.ec2.model.NetworkInterface;
import software.amazon.awssdk.services.ec2.model.Subnet;

/**
 * The requests to EC2 that this adapter makes, one HTTP request each, or one per page. Every failure leaves here as an
 * ENIM error.
 *
 * <p>Lists are asked for by filter and by page, never by ids: a list of ids with one unknown id is an error that names
 * only the first, and a list without pages is refused on large accounts. Resources that a service of Amazon manages are asked
 * for too: an account may be set to hide them, and they take slots.
 */
record Ec2Calls(Ec2Client ec2) {
    private static final Logger LOG = LoggerFactory.getLogger(Ec2Calls.class);
    private static final int PAGE = 1000;
    private static final int MAX_PAGES = 1000;
    private static final Pattern WILDCARD = Pattern.compile("[*?\\\\]");

    /** Every interface the filters match: over all pages, each once. */
    List<NetworkInterface> interfaces(String about, List<Filter> filters) {
        Map<String, NetworkInterface> found = new LinkedHashMap<>();
        // An interface that changed between two pages may be on both; the later one is newer.
        pages(
                        CloudRequest.reading("DescribeNetworkInterfaces", about),
                        token -> ec2.describeNetworkInterfaces(request -> request.filters(filters)
                                .includeManagedResources(true)
                                .maxResults(PAGE)
                                .nextToken(token)),
                        DescribeNetworkInterfacesResponse::nextToken,
                        DescribeNetworkInterfacesResponse::networkInterfaces)
                .forEach(each -> found.put(each.networkInterfaceId(), each));
        return List.copyOf(found.values());
    }

    List<Subnet> subnets(String about, List<Filter> filters) {
        return pages(
                CloudRequest.reading("DescribeSubnets", about),
                token -> ec2.describeSubnets(
                        request -> request.filters(filters).maxResults(PAGE).nextToken(token)),
                DescribeSubnetsResponse::nextToken,
                DescribeSubnetsResponse::subnets);
    }

    List<Instance> instances(String instanceId) {
        Filter filter = where("instance-id", List.of(instanceId));
        return pages(
                        CloudRequest.reading("DescribeInstances", instanceId),
                        token -> ec2.describeInstances(request -> request.filters(filter)
                                .includeManagedResources(true)
                                .maxResults(PAGE)
                                .nextToken(token)),
                        DescribeInstancesResponse::nextToken,
                        DescribeInstancesResponse::reservations)
                .stream()
                .flatMap(reservation -> reservation.instances().stream())
                .toList();
    }

    List<InstanceTypeInfo> instanceType(String type) {
        return send(
                        CloudRequest.reading("DescribeInstanceTypes", type),
                        () -> ec2.describeInstanceTypes(request -> request.instanceTypesWithStrings(type)))
                .instanceTypes();
    }

    NetworkInterface create(CreateNetworkInterfaceRequest request) {
        CloudRequest cloudRequest = CloudRequest.changing(
                "CreateNetworkInterface", "in " + request.subnetId() + " under token " + request.clientToken());
        NetworkInterface made =
                send(cloudRequest, () -> ec2.createNetworkInterface(request)).networkInterface();
        if (made == null || made.networkInterfaceId() == null) {
            throw ProviderErrors.lost(cloudRequest, "the answer names no interface", null);
        }
        return made;
    }

    /** Begins to attach; answers the attachment's id. */
    String attach(String eniId, String instanceId, InterfaceSlot slot) {
        CloudRequest cloudRequest =
                CloudRequest.changing("AttachNetworkInterface", eniId + " to " + instanceId + " at " + slot);
        String attachmentId = send(
                        cloudRequest,
                        () -> ec2.attachNetworkInterface(request -> request.networkInterfaceId(eniId)
                                .instanceId(instanceId)
                                .networkCardIndex(slot.card())
                                .deviceIndex(slot.index())))
                .attachmentId();
        if (attachmentId == null) {
            throw ProviderErrors.lost(cloudRequest, "the answer names no attachment", null);
        }
        return attachmentId;
    }

    /** Lets the interface end with the instance, so that a node that dies leaves no ENI. */
    void deleteOnTermination(String eniId, String attachmentId) {
        send(
                CloudRequest.changing("ModifyNetworkInterfaceAttribute", eniId + " " + attachmentId),
                () -> ec2.modifyNetworkInterfaceAttribute(request -> request.networkInterfaceId(eniId)
                        .attachment(change -> change.attachmentId(attachmentId).deleteOnTermination(true))));
    }

    /** Begins to detach. Never by force: that leaves the instance with a device it believes to have. */
    void detach(String eniId, String attachmentId) {
        send(
                CloudRequest.changing("DetachNetworkInterface", eniId + " " + attachmentId),
                () -> ec2.detachNetworkInterface(request -> request.attachmentId(attachmentId)));
    }

    void delete(String eniId) {
        send(
                CloudRequest.changing("DeleteNetworkInterface", eniId),
                () -> ec2.deleteNetworkInterface(request -> request.networkInterfaceId(eniId)));
    }

    /** Follows the pages to the end. One that leads back, or never ends, is an error: a part must not pass for all. */
    private static <P extends Ec2Response, T> List<T> pages(
            CloudRequest cloudRequest,
            Function<@Nullable String, P> ask,
            Function<P, @Nullable String> next,
            Function<P, List<T>> items) {
        List<T> found = new ArrayList<>();
        Set<String> tokens = new HashSet<>();
        P page = send(cloudRequest, () -> ask.apply(null));
        found.addAll(items.apply(page));
        for (String token = next.apply(page); token != null && !token.isEmpty(); token = next.apply(page)) {
            if (!tokens.add(token) || tokens.size() > MAX_PAGES) {
                String why = "the pages do not end, after " + tokens.size() + "; the list is not complete";
                throw ProviderErrors.lost(cloudRequest, why, null);
            }
            String from = token;
            page = send(cloudRequest, () -> ask.apply(from));
            found.addAll(items.apply(page));
        }
        return found;
    }

    private static <T extends Ec2Response> T send(CloudRequest cloudRequest, Supplier<T> request) {
        try {
            T answer = request.get();
            LOG.debug("{}: ok, {}", cloudRequest, answer.responseMetadata());
            return answer;
        } catch (SdkException | CredentialsException e) {
            throw Ec2Errors.translate(cloudRequest, e);
        } catch (StackOverflowError e) {
            throw ProviderErrors.lost(cloudRequest, "the answer is nested too deeply", null);
        }
    }

    /** A filter over one name. A value stands for itself: EC2 would take some characters for wildcards. */
    static Filter where(String name, Collection<String> values) {
        List<String> literal = values.stream()
                .map(value -> WILDCARD.matcher(value).replaceAll("\\\\$0"))
                .toList();
        return Filter.builder().name(name).values(literal).build();
    }
}
