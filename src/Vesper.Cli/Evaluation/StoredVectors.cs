namespace Vesper.Cli.Evaluation;

/// <summary>Reads the vectors of one field by id.</summary>
internal static class StoredVectors
{
    /// <summary>A reader that fails when an id does not exist.</summary>
    /// <param name="collection">The collection.</param>
    /// <param name="field">The name of the field.</param>
    public static Func<IReadOnlyList<PointId>, IReadOnlyList<float[]>> Of(Collection collection, string field) => ids =>
    {
        var points = collection.Get(ids, withVectors: true, withPayload: false);
        if (points.Count != ids.Distinct().Count() && points.Count != ids.Count)
        {
            var missing = ids.Except(points.Select(point => point.Id)).First();
            throw new NotFoundException("point of the ground truth", missing.ToString());
        }

        var vectors = points.DistinctBy(point => point.Id).ToDictionary(
            point => point.Id, point => point.Vectors![field]);
        return [.. ids.Select(id => vectors[id])];
    };
}
