package io.gangway;

import io.gangway.protocol.PacketCodec;

/**
 * The codecs a client can have; its first message decides which one.
 *
 * @param text for a client whose first message is text
 * @param binary for a client whose first message is binary
 */
record Codecs(PacketCodec text, PacketCodec binary) {}
