namespace Vesper.Bench.Sweeps;

/// <summary>One index of one engine, and how hard it is searched.</summary>
internal sealed record EngineVariant
{
    /// <summary>The engine.</summary>
    public required string Engine { get; init; }

    /// <summary>The kind of index, as its driver takes it.</summary>
    public required string Index { get; init; }

    /// <summary>Parameters of building.</summary>
    public IReadOnlyDictionary<string, int> Parameters { get; init; } = new Dictionary<string, int>();

    /// <summary>Which of the parameters name the variant.</summary>
    public IReadOnlyList<string> Naming { get; init; } = [];

    /// <summary>Efforts to find the ten nearest with.</summary>
    public required IReadOnlyList<IReadOnlyDictionary<string, int>> Efforts { get; init; }

    /// <summary>Efforts to find the hundred nearest with; empty where that is not measured.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, int>> WideEfforts { get; init; } = [];

    /// <summary>Most queries that it is asked: fewer where each takes long.</summary>
    public int MostQueries { get; init; } = int.MaxValue;

    /// <summary>Such as <c>hnsw m=16</c>: the name of its curve, together with the engine.</summary>
    public string Name => string.Join(' ', Naming.Select(name => $"{name}={Parameters[name]}").Prepend(Index));

    /// <summary>What results say of it: its parameters, and the kind of index.</summary>
    public Dictionary<string, object> Describe() => new(
        Parameters.Select(pair => KeyValuePair.Create(pair.Key, (object)pair.Value)))
    { ["index"] = Index };

    /// <summary>Whether it is a graph.</summary>
    public bool IsGraph => Parameters.ContainsKey("ef_construction");
}
