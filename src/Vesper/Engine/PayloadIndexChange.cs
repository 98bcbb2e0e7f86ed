namespace Vesper.Engine;

/// <summary>
/// Adds and drops payload indexes: in memory first, then in a published manifest; one change at a time.
/// </summary>
internal static class PayloadIndexChange
{
    public static void Create(
        CollectionEngine engine, string path, PayloadIndexType type, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (!Change(engine, options => Add(options, path, type)))
        {
            return;
        }

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
        ArgumentNullException.ThrowIfNull(path);
        return Change(engine, options => options.PayloadIndexes.Remove(path));
    }

    private static bool Add(CollectionOptions options, string path, PayloadIndexType type)
    {
        if (options.PayloadIndexes.TryGetValue(path, out var existing))
        {
            return existing == type
                ? false
                : throw new SchemaException(path, $"has an index of type {existing} already; drop it first");
        }

        options.PayloadIndexes.Add(path, type);
        options.Validate();
        return true;
    }

    /// <summary>Changes a copy of the options and puts it in force; false when nothing was to change.</summary>
    private static bool Change(CollectionEngine engine, Func<CollectionOptions, bool> change)
    {
        lock (engine.SchemaGate)
        {
            var maintainer = engine.Maintainer;
            engine.Health.RequireWritable();
            var before = engine.Options;
            var after = before.Copy();
            if (!change(after))
            {
                return false;
            }

            engine.RunOnWriter(() => engine.SetOptions(after));
            try
            {
                maintainer.PublishOptions(CancellationToken.None);
                return true;
            }
            catch
            {
                engine.RunOnWriter(() => engine.SetOptions(before));
                throw;
            }
        }
    }
}
