using System.Text.Json;
using Vesper.Storage.Files;
using Vesper.Storage.Formats;
using Vesper.Storage.Manifest;

namespace Vesper.Engine;

/// <summary>
/// What the database's own manifest says: who owns it, its tenants and collections (docs/formats/manifest.md).
/// </summary>
internal sealed record CatalogBody
{
    public required Guid DatabaseId { get; init; }

    /// <summary>Rises with every owner that opens for writing.</summary>
    public required uint Epoch { get; init; }

    public required IReadOnlyList<CatalogTenant> Tenants { get; init; }

    public IReadOnlyList<CatalogCollection> Collections { get; init; } = [];

    /// <summary>Dropped, but their files may still be there.</summary>
    public IReadOnlyList<CatalogCollection> Dropping { get; init; } = [];
}

/// <summary>A tenant: a directory of collections.</summary>
internal sealed record CatalogTenant(Guid Id, string Name);

/// <summary>A collection: a directory below its tenant's, named by the UUID.</summary>
internal sealed record CatalogCollection(Guid Id, string Name, Guid Tenant);

/// <summary>Reads and publishes the catalog of a database directory. Thread-safe once it is read.</summary>
internal sealed class Catalog
{
    public const ushort Version = 1;
    public const string DefaultTenant = "default";

    private readonly IFileSystem _files;
    private readonly string _directory;
    private readonly ManifestStore _manifests;
    private readonly Lock _gate = new();
    private long _nextGeneration = 1;

    public Catalog(IFileSystem files, string directory)
    {
        _files = files;
        _directory = directory;
        _manifests = new ManifestStore(files, directory, FileKind.Catalog, Version)
        {
            IsEvidence = name => Guid.TryParseExact(name, "N", out _),
        };
    }

    public CatalogBody Body { get; private set; } = new()
    {
        DatabaseId = Guid.NewGuid(),
        Epoch = 0,
        Tenants = [new CatalogTenant(Guid.NewGuid(), DefaultTenant)],
    };

    /// <summary>What was read last.</summary>
    public ManifestImage? Image { get; private set; }

    /// <summary>Reads the newest catalog; false when the directory holds no database.</summary>
    /// <param name="acceptOlder">
    /// Whether an older one may stand in for a damaged newest: collections made or dropped since would be forgotten.
    /// </param>
    public bool TryRead(bool acceptOlder)
    {
        if (!_manifests.TryReadNewest(acceptOlder, out var image))
        {
            return false;
        }

        Body = Parse(image);
        Image = image;
        _nextGeneration = image.NextGeneration;
        return true;
    }

    /// <summary>Reads the catalog that stands in for the newest when that is damaged.</summary>
    /// <exception cref="CorruptDataException">It is not whole.</exception>
    public void VerifyPrevious()
    {
        if (Image is { } newest && _manifests.ReadPrevious(newest) is { } previous)
        {
            Parse(previous);
        }
    }

    /// <summary>Becomes the owner, by the next epoch; durable on return.</summary>
    public void TakeOver()
    {
        lock (_gate)
        {
            Write(Body with { Epoch = Body.Epoch + 1 });
        }
    }

    /// <summary>Makes a new catalog the current one; durable on return.</summary>
    /// <exception cref="StorageException">Another owner has taken over, or the file system failed.</exception>
    public void Publish(CatalogBody body)
    {
        lock (_gate)
        {
            RequireOwner();
            Write(body);
        }
    }

    /// <summary>Throws when the catalog on disk is not the one that this owner wrote last.</summary>
    public void VerifyOwner()
    {
        // A publish of this process deletes what a look at the directory may have listed.
        lock (_gate)
        {
            RequireOwner();
        }
    }

    public string DirectoryOf(CatalogCollection collection) =>
        Path.Combine(_directory, collection.Tenant.ToString("N"), collection.Id.ToString("N"));

    private void Write(CatalogBody body)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(body, EngineJson.Default.CatalogBody);
        _nextGeneration = _manifests.Publish(_nextGeneration, json, []).NextGeneration;
        Body = body;
        try
        {
            _manifests.DeleteObsolete();
        }
        catch (StorageException error) when (!error.IsFinal)
        {
            // What could not be deleted takes space only; the next publish tries again.
        }
    }

    private void RequireOwner()
    {
        var newest = new ManifestStore(_files, _directory, FileKind.Catalog, Version);
        if (!newest.TryReadNewest(out var image) || Parse(image).Epoch != Body.Epoch)
        {
            throw new StorageException($"{_directory}: another owner has taken over; this one may not write any more.");
        }
    }

    private CatalogBody Parse(ManifestImage image)
    {
        try
        {
            var body = JsonSerializer.Deserialize(image.Body.Span, EngineJson.Default.CatalogBody);
            return body is { Tenants.Count: > 0, Collections: not null, Dropping: not null }
                && body.Tenants.All(tenant => tenant?.Name is not null)
                && body.Collections.Concat(body.Dropping).All(collection => collection?.Name is not null)
                ? body
                : throw new JsonException("a part is missing");
        }
        catch (JsonException error)
        {
            throw new CorruptDataException(
                Path.Combine(_directory, ManifestNames.For(image.Generation)), 0, "a catalog", error.Message);
        }
    }
}
