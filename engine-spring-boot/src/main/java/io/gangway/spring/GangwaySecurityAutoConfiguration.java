package io.gangway.spring;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationConverter;

/** An interceptor that verifies tokens as the application's resource server does, where there is one. */
@AutoConfiguration(
        after = GangwayAutoConfiguration.class,
        afterName = {
            "org.springframework.boot.security.oauth2.server.resource.autoconfigure.OAuth2ResourceServerAutoConfiguration",
            // its place in Spring Boot 4.0
            "org.springframework.boot.security.oauth2.server.resource.autoconfigure.servlet.OAuth2ResourceServerAutoConfiguration"
        })
@ConditionalOnClass({JwtDecoder.class, JwtAuthenticationConverter.class})
@ConditionalOnBean({JwtDecoder.class, RunningEngine.class})
public final class GangwaySecurityAutoConfiguration {
    GangwaySecurityAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean
    static JwtDecoderInterceptor gangwayJwtDecoderInterceptor(
            JwtDecoder decoder, ObjectProvider<JwtAuthenticationConverter> converter) {
        return new JwtDecoderInterceptor(decoder, converter.getIfUnique(JwtAuthenticationConverter::new));
    }
}
