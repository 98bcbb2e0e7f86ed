namespace Vesper.Tests.House;

/// <summary>One breach of a rule.</summary>
/// <param name="Subject">What breaks it, without spaces: a path, a path and a name, an arrow between types.</param>
/// <param name="Amount">How badly, for rules that count or measure; 1 otherwise. More is worse.</param>
/// <param name="Detail">What is wrong, for the reader of a failed test.</param>
internal sealed record Violation(string Subject, int Amount, string Detail);

/// <summary>A rule of the house: a name for the ratchet list, and a check over a tree.</summary>
internal sealed record Rule(string Name, Func<SourceTree, IEnumerable<Violation>> Check);
