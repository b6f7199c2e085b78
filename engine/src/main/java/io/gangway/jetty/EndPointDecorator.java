package io.gangway.jetty;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** An EndPoint that delegates every call to another; subclasses override what they do themselves. */
abstract class EndPointDecorator implements EndPoint {
    protected final EndPoint delegate;

    EndPointDecorator(EndPoint delegate) {
        this.delegate = delegate;
    }

    @Override
    public SocketAddress getLocalSocketAddress() {
        return delegate.getLocalSocketAddress();
    }

    @Override
    public SocketAddress getRemoteSocketAddress() {
        return delegate.getRemoteSocketAddress();
    }

    @Override
    public boolean isOpen() {
        return delegate.isOpen();
    }

    @Override
    public long getCreatedTimeStamp() {
        return delegate.getCreatedTimeStamp();
    }

    @Override
    public void shutdownOutput() {
        delegate.shutdownOutput();
    }

    @Override
    public boolean isOutputShutdown() {
        return delegate.isOutputShutdown();
    }

    @Override
    public boolean isInputShutdown() {
        return delegate.isInputShutdown();
    }

    @Override
    public void close(@Nullable Throwable cause) {
        delegate.close(cause);
    }

    @Override
    public int fill(ByteBuffer buffer) throws IOException {
        return delegate.fill(buffer);
    }

    @Override
    public boolean flush(ByteBuffer... buffers) throws IOException {
        return delegate.flush(buffers);
    }

    @Override
    public Object getTransport() {
        return delegate.getTransport();
    }

    @Override
    public long getIdleTimeout() {
        return delegate.getIdleTimeout();
    }

    @Override
    public void setIdleTimeout(long idleTimeout) {
        delegate.setIdleTimeout(idleTimeout);
    }

    @Override
    public void fillInterested(Callback callback) {
        delegate.fillInterested(callback);
    }

    @Override
    public boolean tryFillInterested(Callback callback) {
        return delegate.tryFillInterested(callback);
    }

    @Override
    public boolean isFillInterested() {
        return delegate.isFillInterested();
    }

    @Override
    public void write(Callback callback, ByteBuffer... buffers) {
        delegate.write(callback, buffers);
    }

    @Override
    public Callback cancelWrite(Throwable cause) {
        return delegate.cancelWrite(cause);
    }

    @Override
    public Connection getConnection() {
        return delegate.getConnection();
    }

    @Override
    public void setConnection(Connection connection) {
        delegate.setConnection(connection);
    }

    @Override
    public void onOpen() {
        delegate.onOpen();
    }

    @Override
    public void onClose(@Nullable Throwable cause) {
        delegate.onClose(cause);
    }

    @Override
    public void upgrade(Connection newConnection) {
        delegate.upgrade(newConnection);
    }

    @Override
    public @Nullable SslSessionData getSslSessionData() {
        return delegate.getSslSessionData();
    }

    @Override
    public boolean isSecure() {
        return delegate.isSecure();
    }

    @Override
    public String toString() {
        return getClass().getSimpleName() + "[" + delegate + "]";
    }
}
