namespace Vesper.Engine;

/// <summary>Adds and drops payload indexes: in memory first, then in a published manifest.</summary>
internal static class PayloadIndexChange
{
    public static void Create(
        CollectionEngine engine, string path, PayloadIndexType type, CancellationToken cancellation)
    {
        var options = engine.Options.Copy();
        if (options.PayloadIndexes.TryGetValue(path, out var existing))
        {
            if (existing != type)
            {
                throw new SchemaException(path, $"has an index of type {existing} already; drop it first");
            }

            return;
        }

        options.PayloadIndexes.Add(path, type);
        options.Validate();
        Change(engine, options);

        // Sealed segments make theirs at first use: make them now, not in somebody's query.
        using var lease = engine.Lease();
        foreach (var segment in lease.Set.Sealed)
        {
            cancellation.ThrowIfCancellationRequested();
            segment.PayloadIndex(path);
        }

        engine.Maintainer.Signal();
    }

    public static bool Drop(CollectionEngine engine, string path)
    {
        var options = engine.Options.Copy();
        if (!options.PayloadIndexes.Remove(path ?? ""))
        {
            return false;
        }

        Change(engine, options);
        return true;
    }

    private static void Change(CollectionEngine engine, CollectionOptions options)
    {
        var maintainer = engine.Maintainer;
        engine.Health.RequireWritable();
        var before = engine.Options;
        engine.RunOnWriter(() => engine.SetOptions(options));
        try
        {
            maintainer.PublishOptions(CancellationToken.None);
        }
        catch
        {
            engine.RunOnWriter(() => engine.SetOptions(before));
            throw;
        }
    }
}
