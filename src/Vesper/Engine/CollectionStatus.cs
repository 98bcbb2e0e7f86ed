namespace Vesper.Engine;

/// <summary>Gathers a collection's state and sizes.</summary>
internal static class CollectionStatus
{
    public static CollectionInfo Of(CollectionEngine engine)
    {
        using var lease = engine.Lease();
        var set = lease.Set;
        long indexed = 0, indexable = 0;
        foreach (var view in set.Views)
        {
            for (var field = 0; field < engine.Schema.Fields.Count; field++)
            {
                if (engine.Schema.Fields[field].IndexFor(view.Count) != IndexKind.Flat)
                {
                    indexable += view.Count;
                    indexed += view.Segment.IndexedRows(field);
                }
            }
        }

        return new CollectionInfo
        {
            Name = engine.Name,
            Options = engine.Options.Copy(),
            Points = set.LivePoints,
            DeadRows = set.Views.Sum(view => (long)view.Segment.DeadCount),
            Segments = set.Segments.Count(segment => segment.Count > 0),
            IndexedRows = indexed,
            IndexableRows = indexable,
            Bytes = set.Sealed.Sum(segment => segment.Receipt.Length) + engine.Log.Bytes,
            MemoryBytes = engine.Scope.Bytes,
            Lsn = set.Lsn,
            DurableLsn = engine.Log.DurableLsn,
            State = engine.Health.State,
            Reason = engine.Health.Reason,
        };
    }
}
