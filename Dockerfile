# An image with nothing but the program and the roots of trust that fetching from the web takes.
# docs/releasing.md shows how to build and run it.
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=0.1.0-dev
RUN go run ./studio/bundle -embed -version ${VERSION} \
    && CGO_ENABLED=0 go build -trimpath -buildvcs=false -tags studio -ldflags "-s -w -X main.version=${VERSION}" -o /out/heatmapgen ./cmd/heatmapgen \
    && mkdir /out/data

FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /out/heatmapgen /heatmapgen
COPY --from=build --chown=nonroot:nonroot /out/data /data
WORKDIR /data
VOLUME /data
USER nonroot
ENTRYPOINT ["/heatmapgen"]
CMD ["build", "--yes"]
