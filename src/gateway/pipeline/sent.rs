//! The third step: adds the credential and sends the request.

use super::{authorized::Authorized, prepared::Prepared};
use crate::{
    gateway::{
        Gateway,
        admission::CallPermit,
        credential::tokens::OAuthToken,
        policy::Destination,
        transport::{
            authenticate::{self, AuthenticatedResponse},
            response::UpstreamResponse,
        },
    },
    model::error::ExplorerError,
};
use std::{sync::Arc, time::Instant};

/// A call with the provider's response, which still contains all secrets, and whose body may still be arriving.
pub(super) struct Sent<'a> {
    pub(super) prepared: Prepared<'a>,
    pub(super) destination: Destination<'a>,
    pub(super) is_operator_credential: bool,
    pub(super) rule: String,
    pub(super) response: UpstreamResponse,
    /// The access tokens that were fetched for the call.
    pub(super) tokens: Vec<Arc<OAuthToken>>,
    /// The time at which the whole response must have arrived, unless it is a stream that is forwarded item by item.
    pub(super) deadline: Instant,
    /// The permit of the call, until the response is complete.
    pub(super) permit: CallPermit,
    /// Prevents construction outside this file.
    _private: (),
}

impl<'a> Authorized<'a> {
    /// Sends the request, with the credential if there is one.
    ///
    /// # Errors
    /// Returns an error if no access token can be fetched, or if no complete response arrives. Of a stream, only the head has
    /// arrived.
    pub(super) async fn send(self, gateway: &Gateway) -> Result<Sent<'a>, ExplorerError> {
        let Self { prepared, destination, is_operator_credential, rule, request, permit, .. } = self;
        let client = &gateway.client;
        let deadline = client.deadline();
        let AuthenticatedResponse { response, tokens } = match &destination.credential_use {
            None => {
                let response = client.send(request, deadline).await?;
                AuthenticatedResponse { response, tokens: Vec::new() }
            }
            Some(credential_use) => {
                authenticate::send_with_credential(client, prepared.call.entry, credential_use, request, deadline)
                    .await?
            }
        };
        Ok(Sent {
            prepared,
            destination,
            is_operator_credential,
            rule,
            response,
            tokens,
            deadline,
            permit,
            _private: (),
        })
    }
}
