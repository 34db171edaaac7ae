/**
 * gRPC over Unix sockets: a client of unary calls ({@link io.enim.examples.agent.grpc.GrpcClient}), whose HTTP/2 is Jetty's, and
 * a server ({@link io.enim.examples.agent.grpc.GrpcServer}), whose HTTP/2 is its own, since Jetty's refuses the authority that
 * kubelets send. Messages are bytes here; what they mean is the caller's.
 *
 * <p>Threads: calls block, within a time limit; everything but {@link io.enim.examples.agent.grpc.GrpcReply} is safe for
 * concurrent use. A server has a thread for each connection and each running call, and bounds both.
 *
 * <p>Not promised: compression, and streams of the client.
 */
@NullMarked
package io.enim.examples.agent.grpc;

import org.jspecify.annotations.NullMarked;
