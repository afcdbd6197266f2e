const words = (text: string): string[] => text.trim().split(/\s+/)

/** Parameters that came later, by the release that brought them (RELEASE_NOTES): the host's Postfix would ignore them. */
export const newerParameters: ReadonlyMap<string, string> = new Map(
  Object.entries({
    '3.6': words(`
      empty_address_local_login_sender_maps_lookup_key enable_threaded_bounces known_tcp_ports
      lmtp_sasl_password_result_delimiter local_login_sender_maps postscreen_allowlist_interfaces
      postscreen_denylist_action postscreen_dnsbl_allowlist_threshold respectful_logging smtpd_relay_before_recipient_restrictions smtpd_sasl_mechanism_filter
    `),
    '3.7': words(`
      lmtp_bind_address_enforce lmtp_min_data_rate lmtp_per_request_deadline smtp_bind_address_enforce
      smtp_min_data_rate smtp_per_request_deadline smtpd_min_data_rate smtpd_per_request_deadline tlsproxy_client_policy_maps
      tlsproxy_client_security_level
    `),
    '3.8': words(`
      smtpd_client_ipv4_prefix_length
      smtpd_client_ipv6_prefix_length tls_ffdhe_auto_groups
    `),
    '3.9': words(`
      force_mime_input_conversion lmtp_tls_enable_rpk maillog_file_permissions
      smtp_sasl_password_result_delimiter smtp_tls_enable_rpk
      smtpd_tls_enable_rpk tls_config_file
      tls_config_name tlsproxy_tls_enable_rpk
    `),
    '3.10': words(`
      full_name_encoding_charset lmtp_tls_enforce_sts_mx_patterns smtp_tls_enforce_sts_mx_patterns
      smtp_tlsrpt_enable smtp_tlsrpt_skip_reused_handshakes smtp_tlsrpt_socket_name smtpd_hide_client_session
      socketmap_max_reply_size tls_required_enable
    `),
    '3.11': words(`
      default_cache_db_type domain_to_ascii lmtp_log_tls_feature_status lmtp_requiretls_policy
      non_bdb_custom_mapping non_bdb_migration_allow_root_prefixes non_bdb_migration_allow_user_prefixes
      non_bdb_migration_level non_bdb_migration_log_redirect non_bdb_migration_service_name
      non_empty_end_of_header_action relocated_prefix_enable requiretls_enable requiretls_esmtp_header
      requiretls_redact_dsn
      smtp_log_tls_feature_status smtp_requiretls_policy smtpd_reject_filter_maps
    `),
    '3.12': words(`
      lmtp_tls_loglevel_maps lmtp_tls_trace_size_limit postscreen_starttls_timeout postscreen_tls_CAfile
      postscreen_tls_CApath postscreen_tls_always_issue_session_ids postscreen_tls_ask_ccert
      postscreen_tls_ccert_verifydepth postscreen_tls_cert_file postscreen_tls_chain_files postscreen_tls_ciphers
      postscreen_tls_dcert_file postscreen_tls_dh1024_param_file postscreen_tls_dh512_param_file
      postscreen_tls_dkey_file postscreen_tls_eccert_file postscreen_tls_eckey_file postscreen_tls_eecdh_grade
      postscreen_tls_enable_rpk postscreen_tls_exclude_ciphers postscreen_tls_fingerprint_digest
      postscreen_tls_key_file postscreen_tls_loglevel postscreen_tls_loglevel_maps postscreen_tls_mandatory_ciphers
      postscreen_tls_mandatory_exclude_ciphers postscreen_tls_mandatory_protocols postscreen_tls_protocols
      postscreen_tls_req_ccert postscreen_tls_trace_size_limit smtp_tls_loglevel_maps smtp_tls_trace_size_limit
      smtpd_tls_loglevel_maps smtpd_tls_trace_size_limit socketmap_max_query_size tls_trace_rate_limit
      tls_trust_server_ccerts
    `),
  }).flatMap(([release, names]) => names.map((name) => [name, release] as const)),
)
